import Contracts
import JSON
import Testing

@testable import Ledger

/// The one reader of rows, held against another that has nothing in common with it.
@Suite struct ScannedRowTests {
  private static let hex = String(repeating: "0123456789abcdef", count: 4)
  private static let lines = [
    #"{"ts":1,"kind":"deploy","handlerPath":"h","serviceName":"s","facts":{"a":[1,"]"]},"target":"t"}"#,
    #" { "ts" : 1.5e3 , "kind" : "perf" } "#, #"{"ts":-7,"kind":"check"}"#,
    #"{"kind":"swap","ts":9,"ts":10,"handlerPath":"a","handlerPath":7}"#,
    #"{"\u0074s":4,"k\u0069nd":"dep\u006coy","handlerPath":"a\"b\\cé","serviceName":"\ud83d\ude00"}"#,
    #"{"ts":1,"kind":"moon","record":"sha256:xyz","facts":null}"#,
    #"{"ts":1,"kind":"deploy","record":"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}"#,
    #"{"ts":1,"kind":"deploy","sources":"sha256:\#(hex)","prover":"1","image":"sha256:\#(hex)","binary":"sha256:\#(hex)"}"#,
    #"{"ts":1,"kind":"deploy","sources":7,"prover":8,"image":"x","binary":null,"pr\u006fver":"2"}"#,
    #"{"ts":1,"kind":"deploy","image":"sha256:\#(hex)","image":"no","prover":"1","prover":null}"#,
    #"{"ts":-5,"kind":"deploy"}"#, #"{"ts":9007199254740993,"kind":"deploy"}"#,
    #"{"ts":"1","kind":"deploy"}"#, #"{"ts":1,"kind":7}"#, #"{"ts":1}"#, #"{}"#, #"[]"#, "7", "",
    #"{"ts":1,"kind":"deploy"}x"#, #"{"ts":1,"kind":"deploy""#, #"{"ts":1,"kind":"deploy",}"#,
    #"{"ts":1,"kind":"deploy","facts":{"a":"b}"#, "{\"ts\":1,\"kind\":\"dep\u{1}loy\"}",
    #"{"ts":1,"kind":"deploy","x":"\ud800"}"#, #"{"ts":1,"kind":"deploy","x":"\q"}"#,
    #"{"ts":01,"kind":"deploy"}"#, #"{"ts":0,"kind":"deploy","x":[0,10,012]}"#,
    #"{"ts":999999999999999,"x":{"y":1,"z":2 },"kind":"deploy"}"#,
    #"{"ts":9999999999999999,"kind":"deploy"}"#, #"{"kind":"deploy","ts":1x}"#,
    #"{"ts":1e400,"kind":"deploy"}"#,
    #"{"ts":1,"kind":"a text that is longer than eight bytes é and then some \\ more of it"}"#,
    #"{"\\ts":1,"ts":2,"kind":"deploy","\\":3}"#,
    String(repeating: "[", count: 300),
  ]

  private func same(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
    let header: ReferenceRow?
    do { header = try ReferenceRow(line: bytes) } catch { header = nil }
    bytes.withUnsafeBufferPointer { line in
      let row: ScannedRow?
      do { row = try ScannedRow(line) { _, _ in nil } } catch { row = nil }
      let text = String(decoding: bytes, as: UTF8.self)
      func string(_ text: ScannedRow.Text?) -> String? {
        text.map { ScannedRow.string($0, line) }
      }
      #expect((row == nil) == (header == nil), "\(text)", sourceLocation: sourceLocation)
      #expect(row?.ts == header?.ts, "\(text)", sourceLocation: sourceLocation)
      #expect(row?.kind == header?.kind, "\(text)", sourceLocation: sourceLocation)
      #expect(
        row.map { string($0.handlerPath) ?? "" } == header?.handlerPath, "\(text)",
        sourceLocation: sourceLocation)
      #expect(
        row.flatMap { string($0.service) } == header?.serviceName, "\(text)",
        sourceLocation: sourceLocation)
      #expect(
        row.flatMap { string($0.target) } == header?.target, "\(text)",
        sourceLocation: sourceLocation)
      #expect(row?.record == header?.record, "\(text)", sourceLocation: sourceLocation)
      #expect(row?.image == header?.image, "\(text)", sourceLocation: sourceLocation)
      #expect(row?.binary == header?.binary, "\(text)", sourceLocation: sourceLocation)
      #expect(
        row.map { Provenance(sources: $0.sources, prover: string($0.prover)) }
          == header?.provenance, "\(text)", sourceLocation: sourceLocation)
      #expect(row?.facts == header?.facts, "\(text)", sourceLocation: sourceLocation)
    }
    // Everything, with its tree.
    let whole = try? LedgerRow(line: bytes)
    #expect((whole == nil) == (header == nil), sourceLocation: sourceLocation)
    guard let whole, let header else { return }
    #expect(whole.ts == header.ts && whole.kind == header.kind, sourceLocation: sourceLocation)
    #expect(
      whole.handlerPath == header.handlerPath && whole.serviceName == header.serviceName
        && whole.target == header.target && whole.provenance == header.provenance
        && whole.record == header.record && whole.image == header.image
        && whole.binary == header.binary, sourceLocation: sourceLocation)
    let facts = header.facts.map { Array(bytes[$0]) } ?? Array("null".utf8)
    #expect(
      (try? JSONReader.lenient(facts)).map { Facts(json: $0) } == whole.facts,
      sourceLocation: sourceLocation)
  }

  @Test(arguments: lines) func agreesWithTheReference(_ line: String) { same(Array(line.utf8)) }

  @Test func agreesOnDamagedLines() {
    var state: UInt64 = 42
    for line in Self.lines {
      for _ in 0..<300 where !line.isEmpty {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var bytes = Array(line.utf8)
        let at = Int(state >> 33) % bytes.count
        switch state >> 60 {
        case 0..<4: bytes[at] = UInt8(truncatingIfNeeded: state >> 20)
        case 4..<8: bytes.remove(at: at)
        case 8..<12: bytes.insert(UInt8(truncatingIfNeeded: state >> 20), at: at)
        default: bytes.removeLast(bytes.count - at)
        }
        same(bytes)
      }
    }
  }

  @Test func factsThatAreKnownAreNotReadAgain() throws {
    let line = Array(Self.lines[0].utf8)
    try line.withUnsafeBufferPointer { bytes in
      let row = try ScannedRow(bytes) { row, start in
        #expect(row.service != nil)
        #expect(bytes[start] == UInt8(ascii: "{"))
        return 13
      }
      #expect(row.facts.map { $0.count } == 13)
      #expect(row.target.map { ScannedRow.string($0, bytes) } == "t")
    }
  }

  /// Facts that a service repeats are known by their number, and only byte for byte.
  @Test func aReaderKnowsWhatItSaw() {
    var reader = RowReader()
    func read(_ line: String) -> (number: Int?, isNew: Bool) {
      Array(line.utf8).withUnsafeBufferPointer { bytes in
        guard case .row(let row, let known) = reader.read(bytes) else { return (nil, false) }
        return known.map { ($0, false) } ?? (reader.remember(row, of: bytes), true)
      }
    }
    func row(_ service: String, _ facts: String) -> String {
      #"{"ts":1,"kind":"deploy","serviceName":"\#(service)","facts":\#(facts),"target":"t"}"#
    }
    #expect(read(row("a", #"{"x":1}"#)) == (0, true))
    #expect(read(row("a", #"{"x":1}"#)) == (0, false))
    #expect(read(row("b", #"{"x":1}"#)) == (1, true))
    #expect(read(row("a", #"{"x":2}"#)) == (0, true))
    #expect(read(row("a", #"{"x":1}"#)) == (0, true))
    #expect(read(row("a", #"{"x":1}"#)) == (0, false))
    #expect(read(row("b", #"{"x":1}"#)) == (1, false))
    // A number or a text may be the beginning of a longer one.
    for facts in ["12", "\"x\"", "[1]"] { #expect(read(row("c", facts)) == (nil, true)) }
    #expect(read(row("d", "{\"x\":\"\(String(repeating: "y", count: 9000))\"}")) == (nil, true))
    #expect(read(#"{"ts":1,"kind":"deploy","facts":{"x":1}}"#) == (nil, true))
    // More services than are remembered: the numbers begin again.
    for number in 0..<5000 {
      let found = read(row("s\(number)", "{}"))
      #expect(found.isNew && (found.number ?? .max) < 2048)
    }
    #expect(read(row("s4999", "{}")).isNew == false)
  }

  @Test func aReaderTellsBlankFromBad() {
    let reader = RowReader()
    func isBlank(_ line: String) -> Bool? {
      Array(line.utf8).withUnsafeBufferPointer {
        switch reader.read($0) {
        case .blank: true
        case .bad: false
        case .row: nil
        }
      }
    }
    for line in ["", " ", "\t \r"] { #expect(isBlank(line) == true, "\(line.debugDescription)") }
    for line in ["{", "x", " \u{b}", "[]"] { #expect(isBlank(line) == false) }
    #expect(isBlank(#"{"ts":1,"kind":"deploy"}"#) == nil)
    guard case .bad(let reason) = reader.read(nil) else {
      Issue.record("a line that is too long was read")
      return
    }
    #expect(reason == "longer than 1048576 bytes")
  }
}
