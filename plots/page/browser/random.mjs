// Numbers that follow from a seed, and workloads made of them.

// Numbers from 0 to 1 (mulberry32).
export function random_from(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// One of a list.
export const pick = (random, list) => list[Math.floor(random() * list.length)];

// A workload that can be worked out in one's head.
export function easy_workload(random) {
  const whole = (least, most) => least + Math.floor(random() * (most - least + 1));
  return {
    tasks: whole(2, 6),
    threads: whole(2, 4),
    connect_s: whole(1, 3),
    response_s: whole(2, 9),
    compute_s: whole(1, 5),
    compute_kind: "hold",
    uneven: 1,
    cores: 2,
  };
}
