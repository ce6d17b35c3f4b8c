import TestSupport
import Testing

@testable import HandlerRuntime

/// What holds of every value, whatever other engines say.
@Suite struct ValueLawTests {
  /// Each law is a function of one value; the handler gives the names of those that do not hold.
  private static func broken(_ laws: [String: String], of values: [String]) throws -> String {
    let rows = laws.map { "[\"\($0.key)\", \($0.value)]" }.joined(separator: ",\n")
    return try CoreProgram(
      """
      const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
      const laws = [\(rows)];
      const values = [\(values.joined(separator: ",\n"))];
      export const handler = (req) => {
        const out = [];
        for (const value of values) {
          for (const [name, holds] of laws) {
            if (!holds(value)) out.push(name + " of " + JSON.stringify(value));
          }
        }
        return out.join("\\n");
      };
      """
    ).run()
  }

  @Test func textsCutAndJoinedAreTheSame() throws {
    let seed = SeededGenerator()
    var maker = RandomExpression(random: seed)
    let values = (0..<200).map { maker.string(1 + $0 % 3) }
    let found = try Self.broken(
      [
        "slices": "(s) => [0, 1, 2, 5, -1, -3].every((i) => s.slice(0, i) + s.slice(i) === s)",
        "substrings":
          "(s) => [0, 1, 2, 5].every((i) => s.substring(0, i) + s.substring(i) === s)",
        "split": "(s) => ['', 'a', ',', 'ab'].every((by) => s.split(by).join(by) === s)",
        "replaceAll": "(s) => s.replaceAll('a', '<b>') === s.split('a').join('<b>')",
        "padding": "(s) => s.padStart(40, 'xy').length === Math.max(40, s.length) "
          + "&& s.padStart(40, 'xy').endsWith(s) && s.padEnd(40).startsWith(s)",
        "repeat": "(s) => s.repeat(3) === s + s + s && s.repeat(2).length === 2 * s.length",
        "indexOf": "(s) => s.indexOf('a') === s.split('').indexOf('a') "
          + "&& s.lastIndexOf('a') === s.split('').lastIndexOf('a')",
        "JSON": "(s) => JSON.parse(JSON.stringify(s)) === s",
        "units":
          "(s) => s.split('').every((c, i) => c === s[i] && c.charCodeAt(0) === s.charCodeAt(i))",
        "fromCharCode":
          "(s) => String.fromCharCode(...s.split('').map((c) => c.charCodeAt(0))) === s",
        "points": "(s) => String.fromCodePoint(...[...s].map((c) => c.codePointAt(0))) === s",
        "trim": "(s) => s.trim() === s.trimStart().trimEnd() && s.includes(s.trim())",
      ], of: values)
    #expect(found == "", "\(seed)")
  }

  @Test func arraysCutAndJoinedAreTheSame() throws {
    let seed = SeededGenerator()
    var maker = RandomExpression(random: seed)
    let values = (0..<200).map { maker.array(1 + $0 % 3) }
    let found = try Self.broken(
      [
        "slices": "(a) => [0, 1, 2, 5, -1].every((i) => same(a.slice(0, i).concat(a.slice(i)), a))",
        "reversed":
          "(a) => same(a.toReversed().toReversed(), a) && Object.is(a.at(-1), a.toReversed()[0])",
        "JSON": "(a) => same(JSON.parse(JSON.stringify(a)), a)",
        "spread": "(a) => same([...a], a) && same(Array.of(...a), a) && same(Array.from(a), a)",
        "spliced": "(a) => same(a.toSpliced(1, 2, ...a.slice(1, 3)), a)",
        "filtered":
          "(a) => a.filter((v) => v).length + a.filter((v) => !v).length === a.length",
        "flattened": "(a) => same(a.map((v) => [v]).flat(), a) && same(a.flatMap((v) => [v]), a)",
        "reduced": "(a) => same(a.reduce((all, v) => [...all, v], []), a) "
          + "&& same(a.reduceRight((all, v) => [v, ...all], []), a)",
        "entries":
          "(a) => same(a.entries().map(([i, v]) => a[i] === v || v !== v), a.map(() => true))",
        "found": "(a) => a.findIndex((v) => v) === a.map((v) => !!v).indexOf(true) "
          + "&& a.findLastIndex((v) => v) === a.map((v) => !!v).lastIndexOf(true)",
        "pushed": "(a) => { const b = []; for (const v of a) b.push(v); "
          + "const c = []; for (const v of a.toReversed()) c.unshift(v); "
          + "return same(b, a) && same(c, a) }",
      ], of: values)
    #expect(found == "", "\(seed)")
  }

  @Test func objectsTakenApartAreTheSame() throws {
    let seed = SeededGenerator()
    var maker = RandomExpression(random: seed)
    let values = (0..<200).map { maker.object(1 + $0 % 3) }
    let found = try Self.broken(
      [
        "entries": "(o) => same(Object.fromEntries(Object.entries(o)), o)",
        "keys": "(o) => same(Object.keys(o).map((k) => o[k]), Object.values(o))",
        "spread": "(o) => same({ ...o }, o) && same(Object.assign({}, o), o)",
        "JSON": "(o) => same(JSON.parse(JSON.stringify(o)), o)",
        "in": "(o) => Object.keys(o).every((k) => k in o && Object.hasOwn(o, k))",
        "rest": "(o) => { const { a, ...rest } = o; "
          + "return Object.keys(rest).length === Object.keys(o).length - ('a' in o ? 1 : 0) }",
      ], of: values)
    #expect(found == "", "\(seed)")
  }

  /// Numbers of all sizes, by their bits: what is printed is read as the same number.
  @Test func numbersAreReadAsTheyArePrinted() throws {
    var random = SeededGenerator()
    let seed = random.description
    let program = try CoreProgram(
      """
      const is = (a, b) => Object.is(a, b);
      export const handler = (given, x = given) => [
        is(Number(String(x)), x === 0 ? 0 : x), is(parseFloat(`${x}`), x === 0 ? 0 : x),
        is(JSON.parse(JSON.stringify([x]))[0] ?? NaN, !Number.isFinite(x) ? NaN : x === 0 ? 0 : x),
        is(Number(x.toExponential()), x === 0 ? 0 : x), is(Number(x.toPrecision(17)), x === 0 ? 0 : x),
        is(-(-x), x), is(Math.trunc(x), x < 0 ? Math.ceil(x) : Math.floor(x)),
        (x | 0) === ((x >>> 0) | 0), is(x, x ?? 1),
      ].map((holds, i) => holds ? "" : i).join("");
      """)
    for round in 0..<1_500 {
      let value =
        round % 3 == 0
        ? Double(Int64.random(in: -(1 << 54)...(1 << 54), using: &random))
        : Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      #expect(try program.run(value) == "", "\(value) \(seed)")
    }
    for value in [0, -0.0, .leastNonzeroMagnitude, 1.797_693_134_862_315_7e308, 1e21, 1e-7] {
      #expect(try program.run(value) == "", "\(value)")
    }
  }

  /// Sorted is in order, has the same elements, and leaves equal ones as they stood.
  @Test func sortingIsOrderedAndStable() throws {
    var random = SeededGenerator()
    let seed = random.description
    for count in [0, 1, 2, 3, 10, 33, 100, 700] {
      let keys = (0..<count).map { _ in Int.random(in: 0...max(1, count / 4), using: &random) }
      let stable = keys.enumerated().sorted { a, b in
        a.element < b.element || a.element == b.element && a.offset < b.offset
      }.map { "\($0.element)-\($0.offset)" }
      let texts = keys.map { "x\($0)" }.sorted {
        Array($0.utf16).lexicographicallyPrecedes($1.utf16)
      }
      let given = try CoreProgram(
        """
        const keys = [\(keys.map(String.init).joined(separator: ","))];
        export const handler = (req) => {
          const rows = keys.map((k, i) => ({ k, i }));
          const copy = rows.toSorted((a, b) => a.k - b.k);
          rows.sort((a, b) => a.k - b.k);
          const show = (all) => all.map((r) => `${r.k}-${r.i}`).join(" ");
          return [show(rows), show(copy), keys.map((k) => `x${k}`).toSorted().join(" ")].join("\\n");
        };
        """
      ).run()
      let expected = [stable, stable, texts].map { $0.joined(separator: " ") }
      #expect(given == expected.joined(separator: "\n"), "\(count) \(seed)")
    }
  }

  /// Percent coding against the definition: bytes of UTF-8, but for those that stay.
  @Test func percentCodingIsThatOfTheBytes() {
    var random = SeededGenerator()
    let seed = random.description
    let kept = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()".utf8)
    let whole = kept.union(Array(";/?:@&=+$,#".utf8))
    for _ in 0..<600 {
      let scalars = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        Unicode.Scalar(
          UInt32.random(in: 0...(Bool.random(using: &random) ? 0x7f : 0x10ffff), using: &random))
          ?? "€"
      }
      var text = ""
      text.unicodeScalars.append(contentsOf: scalars)
      for (part, stays) in [(URICoding.Part.component, kept), (.whole, whole)] {
        let expected = text.utf8.map { byte in
          stays.contains(byte)
            ? String(UnicodeScalar(byte))
            : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
        let units = Array(text.utf16)
        let encoded = units.withUnsafeBufferPointer { URICoding.encode($0, part) }
        #expect(encoded.map { String(decoding: $0, as: UTF8.self) } == expected, "\(seed)")
        guard part == .component, let encoded else { continue }
        let lower = expected.lowercased() == expected ? encoded : Array(expected.utf8)
        let decoded = lower.withUnsafeBufferPointer { URICoding.decode($0, part) }
        #expect(decoded.map { Array($0) } == units, "\(text) \(seed)")
      }
    }
  }
}
