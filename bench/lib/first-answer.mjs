// first-answer.mjs PORT COMMAND [ARGUMENT…]
//
// Starts a server, asks it until it answers, prints the milliseconds that took and the resident
// memory in KiB, and stops it. PORT in an argument, and in the environment, is the port.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";

const [port, command, ...rest] = process.argv.slice(2);
const request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
const patience = 10_000;

const begin = performance.now();
const child = spawn(command, rest.map((argument) => (argument === "PORT" ? port : argument)), {
  env: { ...process.env, PORT: port },
  stdio: "ignore",
});
child.on("error", (error) => end(`cannot start ${command}: ${error.message}`));
child.on("exit", (code) => end(`${command} exited with ${code} before it answered`));

let ended = false;
function end(failure, line) {
  if (ended) return;
  ended = true;
  child.kill("SIGTERM");
  if (failure) console.error(failure);
  else console.log(line);
  process.exitCode = failure ? 1 : 0;
}

function ask() {
  if (ended) return;
  if (performance.now() - begin > patience) return end(`${command} does not answer`);
  const socket = connect(Number(port), "127.0.0.1", () => socket.write(request));
  // Nobody listens yet: at once again.
  socket.on("error", () => setImmediate(ask));
  socket.once("data", (answer) => {
    const milliseconds = performance.now() - begin;
    socket.destroy();
    // Before anybody listens, a socket may have been given the very port that it calls.
    if (answer.toString("latin1") === request) return setImmediate(ask);
    if (!answer.toString("latin1").startsWith("HTTP/1.1 200")) {
      return end(`${command} answered ${answer.subarray(0, 40)}`);
    }
    const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
    const resident = status.split("\n").find((row) => row.startsWith("VmRSS:"));
    end(undefined, `${milliseconds.toFixed(2)} ${resident.replace(/\D/g, "")}`);
  });
}
ask();
