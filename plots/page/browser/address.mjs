// Keeps what is shown in the address, so that a link shows the same.

const LATER = 300; // ms: not with every step of a zoom

// What is shown, as pairs for the address; nothing of what is as it was at first.
export function state_of(measured) {
  const { picture } = measured.timeline,
    { axis, by, shows, chosen } = picture;
  const state = new URLSearchParams();
  if (measured.index !== measured.data.first) state.set("workload", measured.index);
  if (by !== "tasks") state.set("view", by);
  if (measured.repetition) state.set("run", measured.repetition);
  if (!axis.shows_all) state.set("zoom", [axis.from, axis.to].map((s) => s.toPrecision(6)).join("_"));
  if (chosen) {
    state.set("model", measured.chosen(chosen).model);
    state.set("stretch", chosen.item);
  }
  const on = Object.keys(shows).filter((what) => shows[what]);
  if (on.join() !== "ghost,cpu") state.set("show", on.join("_") || "nothing");
  return state;
}

// Shows what an address tells; what it tells wrong is left as it is.
export function restore(measured, state) {
  const { picture } = measured.timeline;
  const number = (name) => Number(state.get(name) ?? NaN);
  if (measured.data.workloads[number("workload")]) measured.choose(number("workload"));
  if (state.get("view") === "threads") measured.view("threads", false);
  if (number("run") > 0) measured.choose(measured.index, number("run"));
  if (state.has("show"))
    for (const what of Object.keys(picture.shows))
      measured.switch(what, state.get("show").split("_").includes(what));
  const lane = measured.workload.groups.findIndex(({ model }) => model === state.get("model"));
  const item = number("stretch");
  if (lane >= 0 && item >= 0 && item < picture.items(lane)) measured.timeline.say({ lane, item });
  const [from, to] = (state.get("zoom") ?? "").split("_").map(Number);
  if (from < to) picture.look(from, to);
}

export function link_to(measured) {
  const state = state_of(measured).toString();
  return location.href.split("#")[0] + (state ? `#${state}` : "");
}

// An address with "=" in it is a state; any other names a part of the page.
export function follow(measured) {
  const read = () => {
    if (location.hash.includes("=")) restore(measured, new URLSearchParams(location.hash.slice(1)));
  };
  read();
  addEventListener("hashchange", read);
  let later = 0;
  measured.on_change = () => {
    clearTimeout(later);
    later = setTimeout(() => {
      const link = link_to(measured);
      if (link.includes("#") || location.hash.includes("=")) history.replaceState(null, "", link);
    }, LATER);
  };
}
