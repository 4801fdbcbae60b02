#!/usr/bin/env bash
# The exercises: lists them, judges one, or judges again whenever its file is saved. The script that
# includes this has set `programs` and `root`, and has build(), provide() and run().

progress=exercises/progress.json  # the learner's own

judge() { run "${programs:?}/judge" "$@" --progress "$progress"; }

next_exercise() { "$programs/judge" --next "$@" --progress "$progress"; }

# Builds no more than the judge and what it is to judge, and returns the judge's status.
run_exercise() {
  local source=exercises/$exercise.cpp target=exercise_$exercise
  provide
  build judge
  if [[ -n $watch ]]; then
    watch_exercises
  elif [[ -z $exercise ]]; then
    judge --list
  elif [[ -n $hint ]]; then
    run "$programs/judge" "$exercise" --hint "$hint"
  else
    if [[ -n $solution ]]; then source=exercises/solutions/$exercise.cpp target=solution_$exercise; fi
    run quietly cmake --build --preset release --target "$target" ||
      fail_with_log "$source does not compile; the compiler says why above"
    judge "$exercise" ${solution:+--solution}
  fi
}

# Begins with the first that has not passed, unless one is named, and ends when all have.
watch_exercises() {
  [[ -n $exercise ]] || exercise=$(next_exercise)
  while [[ -n $exercise ]]; do
    touch build/judged  # what is saved from now on is newer
    say "exercises/$exercise.cpp"
    if compile_exercise && judge "$exercise"; then
      exercise=$(next_exercise "$exercise")
    else
      say "save exercises/$exercise.cpp to have it judged again; Ctrl-C ends"
      until [[ exercises/$exercise.cpp -nt build/judged ]]; do sleep 0.2; done
    fi
  done
  say "every exercise has passed"
}

# Says what the compiler says, and nothing else that was built.
compile_exercise() {
  : >"${log:?}"
  run quietly cmake --build --preset release --target "exercise_$exercise" && return
  grep -vE '^\[[0-9]+/[0-9]+\] |^FAILED: |^ninja: | -o exercises/.* -c ' "$log" >&2
  say "exercises/$exercise.cpp does not compile"
  return 1
}
