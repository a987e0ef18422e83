"use strict";
// The page around a model: pixels come from the field, probabilities go to the bars. For tests and the curious,
// `page` holds what there is: page.pixels, page.answer, page.set(pixels), page.ready.

const page = { pixels: [], answer: [], rows: 0, columns: 0, model: null, examples: null, shown: -1 };
const field = document.getElementById("field");
const said = document.getElementById("said");
const cursor = { row: 0, column: 0, seen: false };

// The size of the drawing: from (rows, columns), (rows, columns, 1), or a flat square.
function sizeOf(shape) {
  const [first, second, channels] = shape;
  if (shape.length === 1 && Number.isInteger(Math.sqrt(first))) return [Math.sqrt(first), Math.sqrt(first)];
  if (shape.length === 2 || (shape.length === 3 && channels === 1)) return [first, second];
  throw new Error(`The model takes (${shape.join(", ")}); this page draws (rows, columns) or (rows, columns, 1).`);
}

async function answer() {
  const shape = page.model.inputs[0].shape.slice(1);
  const output = tf.tidy(() => page.model.predict(tf.tensor(page.pixels, [1, ...shape])));
  page.answer = Array.from(await output.data());
  output.dispose();
  showBars();
}

function showBars() {
  const bars = document.getElementById("bars");
  const largest = Math.max(...page.answer);
  const full = Math.max(1, ...page.answer.map(Math.abs));
  page.answer.forEach((value, place) => {
    const row = bars.rows[place] || newRow(bars, place);
    row.className = value === largest ? "best" : "";
    row.querySelector("meter").value = Math.max(0, value) / full;
    row.querySelector(".value").textContent = value.toFixed(2);
  });
}

function newRow(bars, place) {
  const row = bars.insertRow();
  const name = document.createElement("th");
  name.scope = "row";
  name.textContent = place;
  const bar = document.createElement("td");
  bar.className = "bar";
  bar.append(document.createElement("meter"));
  const value = document.createElement("td");
  value.className = "value";
  row.append(name, bar, value);
  return row;
}

function paint() {
  const pen = field.getContext("2d");
  const [height, width] = [field.height / page.rows, field.width / page.columns];
  page.pixels.forEach((value, place) => {
    const grey = Math.round(255 * value);
    pen.fillStyle = `rgb(${grey}, ${grey}, ${grey})`;
    pen.fillRect((place % page.columns) * width, Math.floor(place / page.columns) * height, width + 1, height + 1);
  });
  if (cursor.seen) {
    pen.strokeStyle = "#E58A2B";
    pen.lineWidth = 2;
    pen.strokeRect(cursor.column * width + 1, cursor.row * height + 1, width - 2, height - 2);
  }
}

function set(pixels) {
  page.pixels = pixels;
  paint();
  return answer();
}

// A soft round brush; x and y count in pixels of the model.
function ink(x, y) {
  const radius = Math.max(0.75, page.rows / 18);
  const pixels = page.pixels.map((value, place) => {
    const distance = Math.hypot((place % page.columns) + 0.5 - x, Math.floor(place / page.columns) + 0.5 - y);
    return Math.max(value, Math.min(1, Math.max(0, 1.6 - distance / radius)));
  });
  return set(pixels);
}

function clear() {
  said.textContent = "";
  return set(new Array(page.rows * page.columns).fill(0));
}

async function example() {
  const { inputs, answers } = page.examples;
  page.shown = (page.shown + 1) % inputs.length;
  await set(inputs[page.shown]);
  const apart = Math.max(...page.answer.map((value, place) => Math.abs(value - answers[page.shown][place])));
  said.textContent = `Example ${page.shown + 1} of ${inputs.length}: at most ${apart.toExponential(0)} from what Keras says.`;
}

function listen() {
  let last = null;
  const at = (event) => [(event.offsetX * page.columns) / field.clientWidth, (event.offsetY * page.rows) / field.clientHeight];
  field.addEventListener("pointerdown", (event) => {
    field.setPointerCapture(event.pointerId);
    cursor.seen = false;
    last = at(event);
    ink(...last);
  });
  field.addEventListener("pointermove", (event) => {
    if (!last) return;
    const [x, y] = at(event);
    const steps = Math.ceil(Math.hypot(x - last[0], y - last[1]) / 0.5);
    for (let step = 1; step <= steps; step++) ink(last[0] + ((x - last[0]) * step) / steps, last[1] + ((y - last[1]) * step) / steps);
    if (steps) last = [x, y];
  });
  for (const end of ["pointerup", "pointercancel"]) field.addEventListener(end, () => { last = null; });
  field.addEventListener("keydown", (event) => {
    const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] || [0, 0];
    if (!down && !right && event.key !== " ") return;
    event.preventDefault();
    cursor.seen = true;
    cursor.row = Math.min(page.rows - 1, Math.max(0, cursor.row + down));
    cursor.column = Math.min(page.columns - 1, Math.max(0, cursor.column + right));
    if (event.key === " ") ink(cursor.column + 0.5, cursor.row + 0.5);
    else paint();
  });
  document.getElementById("clear").addEventListener("click", clear);
  document.getElementById("example").addEventListener("click", example);
}

async function start() {
  await tf.setBackend("cpu");
  page.model = await tf.loadLayersModel("model.json");
  [page.rows, page.columns] = sizeOf(page.model.inputs[0].shape.slice(1));
  field.height = Math.round((field.width * page.rows) / page.columns);
  const found = await fetch("examples.json");
  if (found.ok) {
    page.examples = await found.json();
    document.getElementById("example").hidden = false;
  }
  await clear();
  listen();
}

page.set = set;
page.ready = start().then(() => true, (error) => {
  said.textContent = `The model cannot be shown. ${error.message}`;
  return false;
});
