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
    let reader = RowReader()
    try bytes.withUnsafeBufferPointer { line in
      guard case .row(let scanned, _) = reader.read(line) else {
        return try require(false, "a row is none to whoever reads many")
      }
      try require(scanned.ts == row.ts && scanned.kind == row.kind, "the two readings differ")
    }
  },
  FuzzTarget("framing") { bytes in
    // The first byte moves the rest across the place where one chunk of the reader ends.
    let shift = bytes.first.map { $0 < 8 ? (1 << 20) - Int($0) : 0 } ?? 0
    let content = [UInt8](repeating: 0x78, count: shift) + bytes
    let scratch = try ScratchLedger.framing.get()
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
      try require(next.head + next.body == bytes, "append.next has two spellings")
    }
    // Whatever it says, a writer refuses to write, or keeps every line that is there and writes
    // after them.
    let scratch = try ScratchLedger.appending.get()
    let layout = scratch.store.layout
    let before = Array("{\"ts\":1,\"kind\":\"deploy\"}\n".utf8)
    scratch.empty()
    try scratch.replace(layout.ledger, with: before)
    try scratch.replace(layout.appendInProgress, with: bytes)
    let isWritten = accepted { try scratch.append(Array("{}".utf8)) } != nil
    let after = try Array(Data(contentsOf: URL(fileURLWithPath: layout.ledger)))
    try require(after.starts(with: before), "a line that was there is gone")
    let end = isWritten ? "\n{}\n" : "\n"
    try require(after.suffix(end.utf8.count).elementsEqual(end.utf8), "a line is glued to another")
  },
]

/// A store of its own, made once, whose ledger each input replaces.
final class ScratchLedger: Sendable {
  let store: ContentStore

  // One each: the tests read several targets' inputs at once.
  static let framing = Result { try ScratchLedger("framing") }
  static let appending = Result { try ScratchLedger("append-next") }

  private init(_ name: String) throws {
    let folder = NSTemporaryDirectory() + "zigttp-fuzz-\(name)-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    store = try ContentStore(StoreMaker().make(at: folder + "/.zigttp", slug: "fuzz"))
  }

  func replace(_ path: String, with bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  /// Forgets what was signed and set aside.
  func empty() {
    for path in [store.layout.checkpoint, store.layout.leaves, store.layout.root + "/quarantine"] {
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  /// Appends a line as a deploy does.
  func append(_ line: [UInt8]) throws {
    let lock = try store.lockForWriting(command: "fuzz") { _ in }
    let trust = LedgerTrust(home: store.layout.root, stateFolder: nil)
    var writer = try LedgerWriter(store, holding: lock, trust: trust)
    if !writer.recovery.rows.isEmpty { try writer.finish() }
    try writer.prepare(lines: [line])
    try writer.appendLines()
    try writer.finish()
  }
}
