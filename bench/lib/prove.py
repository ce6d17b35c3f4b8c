"""Writes handlers of a size or a shape and measures a command on each: the median of the time, and
the most memory, in columns. A shape that grows with itself is measured once."""
import os
import pathlib
import statistics
import sys
import time

MODULES = """import { env } from "zigttp:env";
import { cacheGet, cacheSet } from "zigttp:cache";
import { logInfo } from "zigttp:log";
import { routerMatch } from "zigttp:router";
"""


def everyday(lines):
    """A handler as people write it: small functions for one route each, and a table of them."""
    functions, table = [], []
    for number in range(max(1, (lines - 16) // 15)):
        functions.append(f"""
type Item{number} = {{ id: string; title: string; tags: string[] }};
function read{number}(body: string | undefined): Item{number} | undefined {{
  const parsed = JSON.tryParse(body ?? "");
  if (!parsed.ok) return undefined;
  const {{ id, title, tags = [] }} = parsed.value;
  return {{ id: String(id), title: `${{title}}`.trim(), tags: tags.map((tag) => String(tag)) }};
}}
const save{number} = (req) => {{
  const item = read{number}(req.body);
  if (item === undefined) return Response.json({{ error: "bad item" }}, {{ status: 400 }});
  if (cacheGet("items{number % 7}", item.id) === undefined) logInfo("new item", {{ kind: {number} }});
  cacheSet("items{number % 7}", item.id, JSON.stringify({{ ...item, region: env("REGION") ?? "none" }}), 60);
  return Response.json({{ id: item.id, count: item.tags.length }}, {{ status: 201 }});
}};""")
        table.append(f'  "POST /items{number}/:id": save{number},')
    return (
        MODULES + "".join(functions) + "\nconst routes = {\n" + "\n".join(table) + "\n};\n"
        + """export function handler(req) {
  const found = routerMatch(routes, req);
  if (found === undefined) return Response.text("not found", { status: 404 });
  req.params = found.params;
  return found.handler(req);
}
""")


def recursion(count):
    """Functions that call each other and build objects."""
    lines = [
        f"function f{n}(n, o) {{ if (n === 0) return o; "
        f"return f{(n + 1) % count}(n - 1, {{ a: o, b: f{(n + 7) % count}(n - 1, o).a }}); }}"
        for n in range(count)]
    return "\n".join(lines) + "\nexport const handler = (req) => Response.json(f0(3, { a: req.path }));\n"


def cache(count):
    """Reads of a namespace, each of which decides about the next write to it."""
    lines = [
        f'  const v{n} = cacheGet("n", "k{n}") ?? "";\n  cacheSet("n", "k{n + 1}", v{n} + "x", 60);'
        for n in range(count)]
    return (
        MODULES + "export const handler = (req) => {\n" + "\n".join(lines)
        + '\n  return Response.text("x");\n};\n')


def spreads(count):
    """An object that is spread into itself."""
    lines = [f"  o = {{ ...o, k{n}: o }};" for n in range(count)]
    return (
        "export const handler = (req) => {\n  let o = { a: req.path };\n" + "\n".join(lines)
        + "\n  return Response.text(o.a);\n};\n")


def measure(command, folder, source, runs):
    """Milliseconds and MB of one handler."""
    folder.mkdir(exist_ok=True)
    (folder / "handler.ts").write_text(source)
    times, peak = [], 0
    for _ in range(runs):
        start = time.monotonic()
        child = os.posix_spawn(
            command, [command, "check", "--json"], os.environ | {"PWD": str(folder)},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, str(folder / "log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)])
        _, status, usage = os.wait4(child, 0)
        times.append((time.monotonic() - start) * 1000)
        peak = max(peak, usage.ru_maxrss / 1024)
        if os.waitstatus_to_exitcode(status) != 0:
            sys.exit(f"check stopped: {(folder / 'log').read_text()}")
    return statistics.median(times), peak


def main(command, work, runs):
    inputs = [("as small as can be", 'export const handler = (req) => Response.text("x");\n', "-")]
    aims = {2000: "100 ms", 8000: "600 ms"}
    for lines in (250, 500, 1000, 2000, 4000, 8000):
        source = everyday(lines)
        inputs.append((f"{source.count(chr(10))} lines", source, aims.get(lines, "-")))
    for name, source in (
        ("200 functions that call each other and build objects", recursion(200)),
        ("2,000 reads and writes of one namespace", cache(2000)),
        ("2,500 spreads of an object into itself", spreads(2500)),
    ):
        inputs.append((name, source, "2,000 ms, 300 MB"))
    print("| handler | ms | MB | aim |\n|---|---|---|---|")
    folder = pathlib.Path(work) / "prove"
    folder.mkdir(exist_ok=True)
    os.chdir(folder)
    for name, source, aim in inputs:
        taken, peak = measure(command, folder, source, 1 if "MB" in aim else runs)
        print(f"| {name} | {taken:.0f} | {peak:.0f} | {aim} |", flush=True)


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
