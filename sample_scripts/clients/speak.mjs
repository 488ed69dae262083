// Speaks a text file, sentence by sentence, into numbered WAVs: 001.wav, 002.wav, …
//
//   TTS_STUDIO_API_KEY=… node speak.mjs script.txt http://192.168.0.10:7860 wavs
//
// Node 18 or later, and nothing else. It goes on where it was interrupted: a sentence whose file is
// there and whose text is still the same is not spoken again. Headings (#), notes (//) and stage
// directions ((웃음), [BGM]) are not spoken.

import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { argv, env, exit } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

const TRIES = 60;
const SECONDS_BETWEEN = 5;
const PASSING = new Set([429, 503]); // too many wait; the model is still loading

function sentencesOf(script) {
  return script
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line && !/^(#|\/\/)/.test(line) && !/^(\([^)]*\)|\[[^\]]*\])$/.test(line))
    .flatMap((line) => line.match(/.+?(?:[.?!。？！…]+["'”’」』)]*(?=\s|$)|[。？！]+[」』]?|$)/gu))
    .map((sentence) => sentence.trim())
    .filter(Boolean);
}

async function ask(server, text) {
  const headers = { "Content-Type": "application/json" };
  if (env.TTS_STUDIO_API_KEY) headers.Authorization = `Bearer ${env.TTS_STUDIO_API_KEY}`;
  return fetch(new URL("/tts/clone", server), {
    method: "POST",
    headers,
    body: JSON.stringify({ text }),
  });
}

// The finished WAV, as soon as the server can be had. What will not change by itself is an error.
async function speak(server, text) {
  let reason = "";
  for (let tried = 0; tried < TRIES; tried += 1) {
    let seconds = SECONDS_BETWEEN;
    try {
      const answer = await ask(server, text);
      if (answer.ok) return Buffer.from(await answer.arrayBuffer());
      reason = (await answer.json().catch(() => null))?.error?.message ?? `status ${answer.status}`;
      if (!PASSING.has(answer.status)) {
        throw Object.assign(new Error(reason), { status: answer.status });
      }
      const asked = answer.headers.get("Retry-After");
      if (/^\d+$/.test(asked ?? "")) seconds = Number(asked);
    } catch (error) {
      if (error.status) throw error;
      reason = error.cause?.message || error.message; // nobody answers, or the connection broke
    }
    console.error(`  ${reason} Trying again in ${seconds} s.`);
    await sleep(1000 * seconds);
  }
  throw new Error(reason);
}

// Whole or not at all, whenever it is interrupted.
async function write(path, content) {
  await writeFile(`${path}.part`, content);
  await rename(`${path}.part`, path);
}

async function textOf(path) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path)); // without a BOM
  } catch (error) {
    const reason = error instanceof TypeError ? "it is not UTF-8: save it as UTF-8" : error.message;
    console.error(`${path} cannot be read: ${reason}`);
    exit(2);
  }
}

const [script, server, folder = "wavs"] = argv.slice(2);
if (!script || !server) {
  console.error("usage: node speak.mjs SCRIPT SERVER [FOLDER]");
  exit(2);
}
const sentences = sentencesOf(await textOf(script));
await mkdir(folder, { recursive: true });
const notes = join(folder, "spoken.json");
const spoken = existsSync(notes) ? JSON.parse(await readFile(notes, "utf8")) : {};
let failed = 0;
for (const [index, text] of sentences.entries()) {
  const name = `${String(index + 1).padStart(3, "0")}.wav`;
  if (spoken[name] === text && existsSync(join(folder, name))) continue;
  console.log(`${name}  ${text}`);
  try {
    const wav = await speak(server, text);
    delete spoken[name]; // until the file holds what the note says
    await write(notes, JSON.stringify(spoken, null, 2));
    await write(join(folder, name), wav);
    spoken[name] = text;
    await write(notes, JSON.stringify(spoken, null, 2));
  } catch (error) {
    console.error(`  ${error.message}`);
    failed += 1;
    if (error.status === 401 || error.status === undefined) break; // so would all the others
  }
}
exit(failed ? 1 : 0);
