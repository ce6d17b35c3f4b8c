import ContentStore
import Digests
import Foundation

@testable import Ledger

let ledgerTargets = [
  FuzzTarget("ledger-row") { bytes in
    guard let row = accepted({ try LedgerRow(line: bytes) }) else { return }
    let line = row.bytes
    try require(!line.contains(0x0a), "a row has a newline")
    let reread = try again("a row's own line") { try LedgerRow(line: line) }
    try require(reread.bytes == line, "a row's line is no fixed point")
    let header = try again("the line's header") { try LedgerRowHeader(line: bytes) }
    try require(header.ts == row.ts && header.kind == row.kind, "row and header differ")
  },
  FuzzTarget("framing") { bytes in
    // The first byte moves the rest across the place where one chunk of the reader ends.
    let shift = bytes.first.map { $0 < 64 ? (1 << 20) - Int($0) : 0 } ?? 0
    let content = [UInt8](repeating: 0x78, count: shift) + bytes
    let scratch = try ScratchLedger.shared.get()
    try scratch.replace(scratch.store.layout.ledger, with: content)
    let ledger = LedgerFile(scratch.store)
    var joined: [UInt8] = []
    var number = 0
    let end = try ledger.read { line in
      number += 1
      try require(line.number == number, "line \(number) says it is line \(line.number)")
      try require(line.offset == joined.count, "line \(number) begins somewhere else")
      let there = content[joined.count..<joined.count + line.length]
      if let own = line.bytes { try require(own.elementsEqual(there), "line \(number) differs") }
      try require(MerkleTree.leafHash(there) == line.leafHash, "the leaf of line \(number)")
      joined += Array(there) + [0x0a]
    }
    try require(Int(end.position.offset) == joined.count, "the end lies elsewhere")
    try require(joined.count + Int(end.tailLength) == content.count, "bytes were lost")
    try require(content.starts(with: joined), "the lines are not the file's bytes")
    try require(!content[joined.count...].contains(0x0a), "a line was taken for a tail")
  },
  FuzzTarget("append-next") { bytes in
    if let next = AppendNext(bytes) {
      try require(next.bytes == bytes, "append.next has two spellings")
    }
    // Whatever it says, the next writer keeps every line that is there and writes after them.
    let scratch = try ScratchLedger.shared.get()
    let layout = scratch.store.layout
    let before = Array("{\"ts\":1,\"kind\":\"deploy\"}\n".utf8)
    try scratch.replace(layout.ledger, with: before)
    try scratch.replace(layout.appendInProgress, with: bytes)
    defer { scratch.emptyQuarantine() }
    let lock = try scratch.store.lockForWriting(command: "fuzz") { _ in }
    var writer = try LedgerWriter(scratch.store, holding: lock)
    if !writer.recovery.rows.isEmpty { try writer.finish() }
    try writer.prepare(lines: [Array("{}".utf8)])
    try writer.appendLines()
    try writer.finish()
    let after = try Array(Data(contentsOf: URL(fileURLWithPath: layout.ledger)))
    try require(after.starts(with: before), "a line that was there is gone")
    try require(after.suffix(4).elementsEqual("\n{}\n".utf8), "the line is glued to another")
  },
]

/// A store of its own, made once, whose ledger each input replaces.
final class ScratchLedger: Sendable {
  let store: ContentStore

  static let shared = Result { try ScratchLedger() }

  private init() throws {
    let folder = NSTemporaryDirectory() + "zigttp-fuzz-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    store = try ContentStore(StoreMaker().make(at: folder + "/.zigttp", slug: "fuzz"))
  }

  func replace(_ path: String, with bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  /// So that a long run does not fill the disk.
  func emptyQuarantine() {
    let folder = store.layout.root + "/quarantine"
    try? FileManager.default.removeItem(atPath: folder)
  }
}
