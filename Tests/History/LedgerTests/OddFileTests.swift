import ContentStore
import Foundation
import Glibc
import Ledger
import Testing

/// Something that is no regular file where a file of the ledger belongs.
@Suite struct OddFileTests {
  private enum Odd: CaseIterable {
    case link, danglingLink, folder, fifo

    func make(at path: String, target: String) throws {
      switch self {
      case .link, .danglingLink:
        if self == .link { try Data("theirs\n".utf8).write(to: URL(fileURLWithPath: target)) }
        try #require(symlink(target, path) == 0)
      case .folder:
        try FileManager.default.createDirectory(
          atPath: path + "/inner", withIntermediateDirectories: true)
      case .fifo: try #require(mkfifo(path, 0o644) == 0)
      }
    }

    func expectUntouched(_ target: String) {
      let found = FileManager.default.contents(atPath: target)
      #expect(found == (self == .link ? Data("theirs\n".utf8) : nil))
    }
  }

  private func error(_ body: () throws -> Void) -> LedgerError? {
    do { try body() } catch { return error as? LedgerError }
    return nil
  }

  @Test(arguments: Odd.allCases) private func theLedgerIsARegularFile(_ odd: Odd) throws {
    let store = try TemporaryStore()
    let target = store.path + "/outside"
    try odd.make(at: store.store.layout.ledger, target: target)
    let attempts: [() throws -> Void] = [
      { _ = try store.ledger.read() }, { _ = try store.ledger.stamp() },
      { _ = try store.ledger.line(at: 0, length: 6) }, { _ = try store.writer() },
    ]
    for attempt in attempts {
      guard case .store(let cause) = error(attempt) else {
        Issue.record("\(odd) was not refused")
        continue
      }
      #expect(cause.code == .malformed)
      #expect(cause.path == store.store.layout.ledger)
      #expect(cause.expected == "a regular file")
    }
    odd.expectUntouched(target)
  }

  @Test(arguments: Odd.allCases) private func anOddAppendIsSetAside(_ odd: Odd) throws {
    let store = try TemporaryStore()
    try store.append(["one"])
    let target = store.path + "/outside"
    try odd.make(at: store.store.layout.appendInProgress, target: target)
    try #expect(!store.ledger.isExplained(store.ledger.read()))
    let first = try appendSetAside(store)
    var info = stat()
    #expect(lstat(store.store.layout.root + "/" + first, &info) == 0)
    odd.expectUntouched(target)
    try store.append(["two"])
    #expect(store.bytes("proofs.jsonl") == Array("one\ntwo\n".utf8))
    // A second one finds a name of its own.
    try odd.make(at: store.store.layout.appendInProgress, target: target)
    #expect(try appendSetAside(store) != first)
    #expect(store.quarantine.count == 2)
  }

  /// Where a new writer moves what stands in the place of `append.next`, relative to the store.
  private func appendSetAside(_ store: TemporaryStore) throws -> String {
    let writer = try store.writer()
    #expect(writer.recovery.rows.isEmpty)
    guard case .foreignAppendSetAside(let path) = writer.recovery.notices.first else {
      Issue.record("\(writer.recovery.notices)")
      return ""
    }
    #expect(path.hasPrefix("quarantine/append.next."))
    #expect(writer.recovery.notices.count == 1)
    return path
  }

  @Test func anAppendThatIsTooLargeIsSetAside() throws {
    let store = try TemporaryStore()
    try store.append(["one"])
    try store.write([], to: "append.next")
    let size = Int64(65 << 20)
    try #require(truncate(store.store.layout.appendInProgress, off_t(size)) == 0)
    let path = try appendSetAside(store)
    var info = stat()
    #expect(lstat(store.store.layout.root + "/" + path, &info) == 0)
    #expect(info.st_size == size)
    try store.append(["two"])
    #expect(try store.lines().count == 2)
  }

  @Test(arguments: [Odd.link, .danglingLink, .fifo])
  private func oddLeavesAreReplaced(_ odd: Odd) throws {
    let store = try TemporaryStore()
    try store.append(["one"])
    try store.write(nil, to: "leaves")
    let target = store.path + "/outside"
    try odd.make(at: store.store.layout.leaves, target: target)
    try store.append(["two"])
    odd.expectUntouched(target)
    var info = stat()
    #expect(lstat(store.store.layout.leaves, &info) == 0)
    #expect(info.st_mode & S_IFMT == S_IFREG && info.st_size == 64)
  }
}
