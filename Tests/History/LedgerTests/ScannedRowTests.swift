import Contracts
import Testing

@testable import Ledger

/// Whoever reads very many lines reads them by a scanner of its own, which has to say what
/// ``LedgerRowHeader`` says.
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
    let header: LedgerRowHeader?
    do { header = try LedgerRowHeader(line: bytes) } catch { header = nil }
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
  }

  @Test(arguments: lines) func agreesWithTheHeader(_ line: String) { same(Array(line.utf8)) }

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
}
