// The labeler's page: take a task, one key, next. Plain modules, no build step.

const byId = (id) => document.getElementById(id);
const idlePause = 3000;

let project = null;
let keys = new Map();
// The task in hand, the one fetched ahead (a promise), and the one answered last, for a correction.
let current = null;
let ahead = null;
let last = null;
let shownAt = 0;
let answered = 0;
let busy = false;
let idle = 0;

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// A call that broke is made again under the same key, so that it has its effect once.
async function call(method, path, body) {
  const headers = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (method !== "GET") {
    headers["x-csrf-token"] = cookie("mesh_csrf");
    headers["idempotency-key"] = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  const options = { method, headers, credentials: "same-origin", body: body === undefined ? undefined : JSON.stringify(body) };
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(path, options).catch(() => null);
    if (answer === null || answer.status === 502 || answer.status === 503) {
      if (attempt < 4) { await pause(250 * attempt); continue; }
      if (answer === null) throw new Error("The server cannot be reached. Press the key again in a moment.");
    }
    if (answer.status === 204) return null;
    const content = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error(content.detail || content.title || `The server answered ${answer.status}.`), { status: answer.status, code: content.code });
    return content;
  }
}

function say(text) { byId("message").textContent = text; }

async function signIn() {
  const invitation = new URLSearchParams(location.hash.slice(1)).get("invitation");
  if (invitation) {
    history.replaceState(null, "", location.pathname);
    await call("POST", "/v1/identity/sessions", { invitation });
  }
  // The gateway learns of a new session within a moment.
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call("GET", "/v1/identity/session");
    } catch (error) {
      if (error.status !== 401 || !invitation || attempt >= 20) throw error;
      await pause(150);
    }
  }
}

function draw(task) {
  const values = (task.input[project.input] ?? []).flat(Infinity);
  const side = Math.round(Math.sqrt(values.length));
  const [rows, columns] = project.shape.length === 2 ? project.shape : side * side === values.length ? [side, side] : [1, values.length];
  const canvas = byId("picture");
  const largest = project.maximum || Math.max(...values, 1);
  canvas.width = Math.max(columns, 1);
  canvas.height = Math.max(rows, 1);
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  values.forEach((value, index) => {
    const shade = 255 - Math.round((value / largest) * 255);
    image.data.set([shade, shade, shade, 255], index * 4);
  });
  context.putImageData(image, 0, 0);
  byId("context").textContent = Object.entries(task.context || {}).map(([name, value]) => `${name}: ${value}`).join(" · ");
}

// A choice of one character is its own key; others go by their place, 1 to 9.
function showChoices() {
  keys = new Map();
  const isShort = project.choices.every((choice) => String(choice).length === 1);
  byId("choices").replaceChildren(...project.choices.map((choice, index) => {
    const key = isShort ? String(choice) : index < 9 ? String(index + 1) : "";
    if (key) keys.set(key, choice);
    const button = document.createElement("button");
    button.type = "button";
    button.id = `choice-${index}`;
    button.textContent = isShort || !key ? String(choice) : `${key} ${choice}`;
    button.addEventListener("click", () => answer(choice));
    return button;
  }));
}

function lend(besides) {
  const query = besides ? `?besides=${encodeURIComponent(besides)}` : "";
  return call("POST", `/v1/labeling/projects/${encodeURIComponent(project.id)}/leases${query}`, {});
}

function show(lease) {
  current = lease;
  byId("task").hidden = lease === null;
  byId("task").dataset.task = lease ? lease.task.id : "";
  byId("undo").disabled = last === null || last.lease === lease;
  clearTimeout(idle);
  if (lease === null) {
    say("Nothing to label now. This page looks again by itself.");
    idle = setTimeout(() => { if (current === null) guarded(next); }, idlePause);
    return;
  }
  for (const [index, choice] of project.choices.entries()) {
    byId(`choice-${index}`).setAttribute("aria-pressed", String(last !== null && last.lease === lease && last.choice === choice));
  }
  draw(lease.task);
  shownAt = performance.now();
  if (ahead === null) {
    const mine = project;
    ahead = lend(lease.lease).then((found) => (mine === project ? found : null)).catch(() => null);
  }
}

// The task fetched ahead, unless it is (nearly) over; else a new one.
async function next() {
  const fetched = ahead;
  ahead = null;
  const lease = (fetched && (await fetched)) || null;
  show(lease && Date.parse(lease.expiresAt) - Date.now() > 5000 ? lease : await lend());
  showProgress();
}

async function showProgress() {
  byId("mine").textContent = answered;
  const progress = await call("GET", `/v1/labeling/projects/${encodeURIComponent(project.id)}/progress`).catch(() => null);
  if (progress === null) return;
  byId("finished").textContent = progress.finished;
  byId("tasks").textContent = progress.tasks;
  byId("progress").value = progress.tasks ? progress.finished / progress.tasks : 0;
}

function answer(choice) {
  const lease = current;
  if (!lease) return;
  return guarded(async () => {
    const isCorrection = last !== null && last.lease === lease;
    const path = `/v1/labeling/tasks/${encodeURIComponent(lease.task.id)}/annotations`;
    await call("POST", path, { lease: lease.lease, label: choice, leadTimeMilliseconds: Math.round(performance.now() - shownAt) });
    if (!isCorrection) answered += 1;
    last = { lease, choice };
    say(isCorrection ? `Corrected to ${choice}.` : `Answered ${choice}.`);
    await next();
  });
}

function skip() {
  const lease = current;
  if (!lease) return;
  return guarded(async () => {
    if (last === null || last.lease !== lease) {
      await call("POST", `/v1/labeling/tasks/${encodeURIComponent(lease.task.id)}/skips`, { lease: lease.lease });
      say("Skipped.");
    } else {
      say(`Left at ${last.choice}.`);
    }
    await next();
  });
}

// Back to the task answered last: its lease still holds, and another answer under it is a correction.
function undo() {
  if (last === null || busy || current === last.lease) return;
  const left = current;
  if (left !== null) ahead = Promise.resolve(left);
  say(`You answered ${last.choice}. Press the right key, or s to leave it.`);
  show(last.lease);
}

// One action at a time: a key held down answers one task, not ten.
async function guarded(action) {
  if (busy) return;
  busy = true;
  try {
    await action();
  } catch (error) {
    if (error.code === "labeling.lease_lost") {
      last = null;
      await next().catch((second) => say(second.message));
    }
    say(error.message);
    if (current === null) idle = setTimeout(() => { if (current === null) guarded(next); }, idlePause);
  } finally {
    busy = false;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT" || !project) return;
  if (keys.has(event.key)) answer(keys.get(event.key));
  else if (event.key === "s") skip();
  else if (event.key === "z" || event.key === "Backspace") undo();
});
byId("skip").addEventListener("click", skip);
byId("undo").addEventListener("click", undo);

async function choose(projects, id) {
  project = projects.find((candidate) => candidate.id === id);
  [current, ahead, last] = [null, null, null];
  showChoices();
  say("");
  await guarded(next);
}

try {
  const session = await signIn();
  byId("who").textContent = session.name;
  const { items: projects } = await call("GET", "/v1/labeling/projects");
  const select = byId("project");
  select.replaceChildren(...projects.map((candidate) => new Option(candidate.name, candidate.id)));
  select.addEventListener("change", () => choose(projects, select.value));
  if (projects.length) await choose(projects, projects[0].id); else say("There is no labeling project yet.");
} catch (error) {
  say(error.status === 401 ? "Please open the invitation link you were given." : error.message);
}
