// The labeler's page: take a task, one key, next. Plain modules, no build step.

const byId = (id) => document.getElementById(id);
let project = null;
let lease = null;
let shownAt = 0;
let answered = 0;
let busy = false;

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

async function call(method, path, body) {
  const headers = { "accept": "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (method !== "GET") {
    headers["x-csrf-token"] = cookie("mesh_csrf");
    headers["idempotency-key"] = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2);
  }
  const answer = await fetch(path, { method, headers, credentials: "same-origin", body: body === undefined ? undefined : JSON.stringify(body) });
  if (answer.status === 204) return null;
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(content.detail || content.title || `The server answered ${answer.status}.`), { status: answer.status, code: content.code });
  return content;
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
      await new Promise((done) => setTimeout(done, 150));
    }
  }
}

function draw(task) {
  const values = task.input[project.input];
  const [rows, columns] = project.shape.length === 2 ? project.shape : [Math.sqrt(values.length), Math.sqrt(values.length)];
  const canvas = byId("picture");
  const largest = project.maximum || Math.max(...values, 1);
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  values.forEach((value, index) => {
    const shade = 255 - Math.round((value / largest) * 255);
    image.data.set([shade, shade, shade, 255], index * 4);
  });
  context.putImageData(image, 0, 0);
  byId("context").textContent = Object.entries(task.context || {}).map(([name, value]) => `${name}: ${value}`).join(" · ");
}

function showChoices() {
  const box = byId("choices");
  box.replaceChildren(...project.choices.map((choice, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = String(choice);
    button.dataset.index = String(index);
    button.addEventListener("click", () => answer(choice));
    return button;
  }));
}

async function next() {
  lease = await call("POST", `/v1/labeling/projects/${encodeURIComponent(project.id)}/leases`, {});
  byId("task").hidden = lease === null;
  if (lease === null) {
    say("Nothing to label now. This page looks again by itself.");
    setTimeout(() => { if (lease === null) guarded(next); }, 3000);
  } else {
    say("");
    draw(lease.task);
    shownAt = performance.now();
  }
  await showProgress();
}

async function showProgress() {
  const progress = await call("GET", `/v1/labeling/projects/${encodeURIComponent(project.id)}/progress`);
  byId("finished").textContent = progress.finished;
  byId("tasks").textContent = progress.tasks;
  byId("progress").value = progress.tasks ? progress.finished / progress.tasks : 0;
  byId("mine").textContent = answered;
}

async function answer(choice) {
  if (!lease) return;
  await guarded(async () => {
    const path = `/v1/labeling/tasks/${encodeURIComponent(lease.task.id)}/annotations`;
    await call("POST", path, { lease: lease.lease, label: choice, leadTimeMilliseconds: Math.round(performance.now() - shownAt) });
    answered += 1;
    await next();
  });
}

async function skip() {
  if (!lease) return;
  await guarded(async () => {
    await call("POST", `/v1/labeling/tasks/${encodeURIComponent(lease.task.id)}/skips`, { lease: lease.lease });
    await next();
  });
}

// One action at a time: a key held down answers one task, not ten.
async function guarded(action) {
  if (busy) return;
  busy = true;
  try {
    await action();
  } catch (error) {
    say(error.message);
    if (error.code === "labeling.lease_lost") { busy = false; await guarded(next); }
  } finally {
    busy = false;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT" || !project) return;
  if (event.key === "s") { skip(); return; }
  const choice = project.choices.find((candidate) => String(candidate) === event.key);
  if (choice !== undefined) answer(choice);
});

async function choose(projects, id) {
  project = projects.find((candidate) => candidate.id === id);
  showChoices();
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
