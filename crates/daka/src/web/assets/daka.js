// Keys for people without a mouse: "/" goes to the search, arrows walk through a grid. Everything works without this file too.
"use strict";

const typing = (target) => target.closest("input, select, textarea") !== null;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector("[data-key='/']");
  if (event.key === "/" && search !== null && !typing(event.target)) {
    event.preventDefault();
    search.focus();
    search.select();
    return;
  }
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const step = steps[event.key];
  const grid = document.querySelector("[data-grid]");
  if (step === undefined || grid === null || typing(event.target)) return;
  const rows = [...grid.tBodies[0].rows].map((row) => [...row.querySelectorAll("a")]);
  const here = document.activeElement;
  const row = rows.findIndex((links) => links.includes(here));
  const column = row < 0 ? 0 : rows[row].indexOf(here);
  const next = row < 0 ? rows[0]?.[1] : rows[row + step[0]]?.[column + step[1]];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
});
