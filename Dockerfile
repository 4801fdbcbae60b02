# Makes an image in which a workshop builds, runs and changes the suite without a network.
#
#   docker build --tag waitbench .
#   docker run --init -it waitbench           # ./run_all.sh --quick
#   docker run --init -it waitbench bash      # a shell, to change clients and to do exercises
#
# docs/workshop.md tells how to hand the image out.

# --- The packages that run_all.sh would install; an editor, and top for the lessons ----------------
FROM debian:trixie-slim AS tools
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
      g++ cmake ninja-build libasio-dev libbenchmark-dev libfmt-dev libgtest-dev libcli11-dev \
      nlohmann-json3-dev liburing-dev python3 python3-matplotlib python3-jinja2 python3-scipy python3-pytest nano \
      procps \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/*
RUN useradd --create-home --shell /bin/bash learner
ENV LANG=C.UTF-8

# --- What development needs besides; .devcontainer uses this stage ----------------------------------
FROM tools AS development
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
      ca-certificates gdb git shellcheck \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/*

# --- Builds what the default run uses; --no-install fails where a package is missing above ----------
FROM development AS build
USER learner
WORKDIR /home/learner/waitbench
COPY --chown=learner:learner . .
RUN ./run_all.sh --no-install -- --list \
 && ./run_all.sh --no-install --exercise

# --- The image to hand out --------------------------------------------------------------------------
# It keeps the compiler, CMake, Ninja, the headers and the build directory: clients, pitfalls and
# exercises are changed and built in it. It has no apt lists, no documentation of packages, no git.
# Its size is 1.0 GB, of which the build directory is a tenth; docker save and gzip make it 350 MB.
FROM tools
USER learner
WORKDIR /home/learner/waitbench
COPY --from=build --chown=learner:learner /home/learner/waitbench .
CMD ["./run_all.sh", "--quick"]
