// Loops, switch, templates, optional chains, literals, spread.
export function handler() {
  const lines = [];
  const add = (v) => lines.push(v === undefined ? "undefined" : JSON.stringify(v));

  let seen = [];
  for (const v of [1, 2, 3, 4, 5, 6]) {
    if (v === 2) continue;
    if (v === 5) break;
    seen.push(v);
  }
  add(seen);
  seen = [];
  for (const i of range(4)) seen.push(i);
  for (const i of range(3, 6)) seen.push(i);
  for (const i of range(0)) seen.push("never");
  for (const i of range(5, 2)) seen.push("never");
  add(seen);
  seen = [];
  for (const c of "a😀é") seen.push(c, c.length);
  add(seen);
  seen = [];
  for (const [k, v] of Object.entries({ x: 1, y: 2 })) seen.push(k + v);
  for (const { id, tags: [t = "none"] = [] } of [{ id: 1, tags: ["a"] }, { id: 2 }]) seen.push(id + t);
  add(seen);
  seen = [];
  const growing = [1, 2];
  for (const v of growing) {
    seen.push(v);
    if (growing.length < 6) growing.push(v * 10);
  }
  add(seen);
  seen = [];
  for (const a of range(3)) {
    for (const b of range(3)) {
      if (b === a) continue;
      if (b > 1) break;
      seen.push(`${a}${b}`);
    }
  }
  add(seen);
  seen = [];
  for (let v of [1, 2, 3]) {
    v += 10;
    seen.push(v);
  }
  add(seen);

  const kind = (v) => {
    switch (v) {
      case 1:
        return "one";
      case "1":
        return "text one";
      case null:
      case undefined:
        return "nothing";
      case NaN:
        return "never";
      default:
        return "other";
    }
  };
  add([kind(1), kind("1"), kind(null), kind(undefined), kind(NaN), kind(2)]);
  const first = (v) => {
    let out = "start ";
    switch (v) {
      default:
        out += "default";
        break;
      case 1: {
        const inner = "block";
        out += inner;
        break;
      }
      case 2:
        out += "two";
        if (v === 2) break;
        out += "unreached";
        break;
      case 3:
    }
    return out + " end";
  };
  add([first(0), first(1), first(2), first(3)]);
  const inLoop = [];
  for (const v of [1, 2, 3, 4]) {
    switch (v % 3) {
      case 0:
        continue;
      case 1:
        inLoop.push("one");
        break;
      default:
        inLoop.push("two");
    }
    inLoop.push(v);
  }
  add(inLoop);
  switch (3) {
    case 1 + 2: {
      add("computed");
    }
  }

  const o = { a: { b: { c: 1, f: (x) => x + 1 } }, list: [1, [2]], n: null, s: "str", f: () => ({ g: 5 }) };
  add([o?.a?.b?.c, o?.x?.b?.c, o.n?.z, o.x?.[0], o.list?.[0], o.list[1]?.[0]]);
  add([o.a?.b.c, o.x?.b.c.d.e, o.x?.b[0].c(1).d, o?.["a"]?.["b"]]);
  add([o.f?.().g, o.g?.(), o.g?.().h.i, o.a.b.f?.(1), o.x?.f(1), o.a?.b?.f(2)]);
  add([o.s?.length, o.s?.toUpperCase(), o.n?.toUpperCase(), o.n?.toUpperCase().length, (o.n?.x)?.y]);
  let calls = 0;
  const count = () => (calls += 1);
  add([o.x?.[count()], o.x?.f(count()), o.n?.(count()), calls]);
  add(o.x?.a ?? "fallback");

  const name = "World";
  add(`Hello, ${name}!`);
  add(`${1}${"a"}${true}${null}${undefined}${[1, [2, 3]]}${{}}`);
  add(`multi
line \${escaped} \u{1F600} \x41 \t.`);
  add(`nested ${`inner ${1 + 1}`} done`);
  add(``);
  add("é".length + "😀".length);
  add("😀"[0] + "😀"[1] === "😀");
  add("abc"[1]);
  add("abc"[9]);
  add("abc"["length"]);
  add([1, 2, 3]["1"]);
  add([1, 2, 3]["x"]);
  add([1, 2, 3][-1]);
  add([1, 2, 3][1.5]);

  add([...[1, 2], ..."ab", ...[], 3]);
  add({ ...{ a: 1, b: 2 }, b: 3, ...null, ...undefined, ..."hi", ...[7] });
  add({ b: 1, a: 2, 2: "two", 1: "one", "03": "text", [`c${1}`]: 3, "key with space": 4 });
  add(Object.keys({ z: 1, 10: 1, 9: 1, a: 1, "-1": 1, 1.5: 1, 4294967295: 1, 4294967294: 1 }));
  add({ a: 1, a: 2 });
  add({ undefined: 1, null: 2, true: 3 });
  const dup = { x: 1, y: 2 };
  dup.z = 3;
  dup.x = 9;
  dup["w"] = 4;
  add(dup);
  const copy = { ...dup, x: 0 };
  copy.y = 5;
  add([dup.y, copy]);
  const many = {};
  for (const i of range(200)) many[`key${i}`] = i;
  add(Object.keys(many).length);
  add([many.key0, many.key63, many.key64, many.key199, many.key200]);
  many.key150 = "changed";
  add(many.key150);
  const mixed = {};
  for (const i of [5, 3, 1]) mixed[i] = i;
  mixed.a = 0;
  mixed[2] = 2;
  add(mixed);
  add(Object.entries(mixed).length);
  const points = [];
  for (const i of range(5)) points.push(i % 2 ? { x: i, y: -i } : { y: i, x: -i, z: 0 });
  let sum = 0;
  for (const p of points) sum += p.x * 100 + p.y + (p.z ?? 7);
  add(sum);
  const arr = [];
  arr[0] = 1;
  arr[1] = 2;
  arr.length = 1;
  add(arr);
  add([undefined, null, () => 1].length);
  add([[1, 2], [3]].map(([a, b = "none"]) => [b, a]));
  let built = "";
  for (const i of range(1000)) built += i % 10;
  add(built.length);
  add(built[999] + built.slice(0, 12));
  let front = "";
  for (const i of range(300)) front = `${i},` + front;
  add(front.length + front.slice(0, 8));
  add(built + front === built + front);
  add("a" + "b" + 1 + 2);
  add(1 + 2 + "a");
  add([1, 2] + [3]);
  add(null + 1);
  add(undefined + 1);
  add(true + true);
  add("5" * "2");
  add([] + {});
  const v = { valueOf: 1 };
  add(v.valueOf);
  return lines.join("\n");
}
