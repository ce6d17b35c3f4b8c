import ContentStore
import Digests
import Files
import JSON
import Ledger
import Threads

/// What a store's ledger says of objects, and which of its lines can be relied on. Read from the
/// file itself: the graph may be wrong, and then it would be wrong here too.
struct LedgerSurvey {
  /// A line that is no row.
  struct BadLine {
    var line: Int
    var reason: String
    /// What is spelled in it.
    var digests: Set<Digest>
  }

  /// Rows, in order.
  private(set) var rows = LedgerRows()
  /// Lines that are neither rows nor blank.
  private(set) var badLines: [BadLine] = []
  /// The first line that is not what `leaves` has for it; nil where all agree as far as it goes.
  private(set) var changedLine: Int?
  /// How many lines `leaves` knows, nil where there is no such file.
  private(set) var leafCount: Int?
  /// Whether `leaves` has a hash that did not get to the disk whole.
  private(set) var hasPartialLeaf = false
  /// Where the ledger ends.
  private(set) var end = LedgerEnd(position: LedgerPosition(), tailLength: 0)
  /// A last line without its newline that no append in progress explains.
  private(set) var tail: [UInt8] = []
  /// Whether there is a file.
  let isThere: Bool
  /// What is wrong between the lines, the checkpoint and what was seen before.
  private(set) var seal: [LedgerFinding] = []
  private static let long: Int64 = 4 << 20
  // Lines that a checkpoint vouches for, whatever `leaves` says.
  private var vouched = 0

  /// The first line that is not what was appended, as far as `leaves` alone can tell: what a
  /// checkpoint vouches for is right, and then it is `leaves` that is wrong.
  var doubtedLine: Int? { changedLine.flatMap { $0 > vouched ? $0 : nil } }

  /// Whether the last line lacks its newline and nothing else.
  var lacksNewline: Bool {
    seal.contains { if case .rowsMissing(_, _, .newlineGone?) = $0 { true } else { false } }
  }

  /// Whether `leaves` should be made again.
  var needsLeaves: Bool {
    (leafCount ?? 0) < lineCount || hasPartialLeaf || changedLine != nil && doubtedLine == nil
  }

  /// How many lines there are.
  var lineCount: Int { end.position.lineCount }

  /// Lines that `leaves` knows and the ledger lacks.
  var missingLines: Int { max(0, (leafCount ?? 0) - lineCount) }

  /// Reads the whole ledger.
  ///
  /// - Parameters:
  ///   - trust: whose signatures are believed.
  ///   - contracts: whether to look for the contract each row is about, which takes longer.
  init(_ store: ContentStore, trust: LedgerTrust, contracts: Bool = false) throws {
    let report: LedgerReport
    // Both read all of it; a short one is read sooner than a thread is started.
    if try LedgerFile(store).stamp()?.size ?? 0 > Self.long {
      (report, self) = try concurrently {
        try LedgerVerification(store, trust: trust).run()
      } _: {
        try LedgerSurvey(lines: store, contracts: contracts)
      }
    } else {
      try self.init(lines: store, contracts: contracts)
      report = try LedgerVerification(store, trust: trust).run()
    }
    seal = report.findings
    let isDoubted = seal.contains {
      switch $0 {
      case .rowsDiffer, .rowsMissing, .forged, .checkpointMalformed, .otherOrigin, .unknownSigner:
        true
      default: false
      }
    }
    guard !isDoubted, let head = report.checkpoint?.head else { return }
    vouched = head.size
    // Consistent in itself, and that is all that somebody can say who believes none of its keys.
    if report.anchor == nil {
      seal.append(.unknownSigner(origin: head.origin, hint: report.signer))
    }
  }

  /// The same without a look at the checkpoint.
  init(lines store: ContentStore, contracts: Bool = false) throws {
    let ledger = LedgerFile(store)
    let stamp = try ledger.stamp()
    isThere = stamp != nil
    // Before the ledger: a line is there before its leaf is.
    var leaves = try LeafReader(store)
    leafCount = leaves.size.map { $0 / 32 }
    hasPartialLeaf = (leaves.size ?? 0) % 32 != 0
    var scanner = LedgerRowScanner(
      readsContracts: contracts, local: LedgerRow.localTarget,
      expecting: min(leafCount ?? 0, Int(stamp?.size ?? 0) / 32))
    end = try ledger.read { line in
      if let leaf = try leaves.leaf(line.number) { compare(line, with: leaf) }
      take(line, &scanner)
    }
    rows = scanner.rows
    if end.tailLength > 0, try !ledger.isExplained(end) {
      tail = try store.bytes(
        of: store.layout.ledger, at: UInt64(end.position.offset),
        count: Int(min(end.tailLength, Int64(LedgerFile.maxLineLength))))
    }
  }

  private mutating func compare(_ line: LedgerLine, with leaf: ArraySlice<UInt8>) {
    if leaf.elementsEqual(line.leafHash.bytes) { return }
    // The file is not synchronised: a crash leaves zeros where a hash did not get to the disk.
    if leaf.suffix(8).allSatisfy({ $0 == 0 }) {
      hasPartialLeaf = true
    } else if changedLine == nil {
      changedLine = line.number
    }
  }

  private mutating func take(_ line: LedgerLine, _ scanner: inout LedgerRowScanner) {
    guard let reason = scanner.take(line.number, line.bytes) else { return }
    badLines.append(
      BadLine(
        line: line.number, reason: reason,
        digests: line.bytes.map { DigestScan.digests(in: $0) } ?? []))
  }

  /// The newest deploy of each service, oldest first.
  var newestDeploys: [LedgerRows.Row] {
    var newest: [String: LedgerRows.Row] = [:]
    for row in rows where row.isDeploy {
      if let service = row.service { newest[service] = row }
    }
    return newest.values.sorted { $0.line < $1.line }
  }
}

/// The hashes in `leaves`, a stretch at a time. A hint in whatever condition: nothing depends on it.
private struct LeafReader {
  /// In bytes; nil where there is no such file, 0 for one that cannot be it.
  let size: Int?
  private let store: ContentStore
  private var stretch: [UInt8] = []
  private var start = 0

  init(_ store: ContentStore) throws(StoreError) {
    self.store = store
    let info = try storing(store.fileSystem.infoIfAny(store.layout.leaves))
    size = info.map { $0.kind == .file && $0.size <= 1 << 30 ? Int($0.size) : 0 }
  }

  /// The hash of a line; nil where there is none. Lines are asked for in ascending order.
  mutating func leaf(_ line: Int) throws(StoreError) -> ArraySlice<UInt8>? {
    let offset = (line - 1) * 32
    guard let size, offset + 32 <= size else { return nil }
    if offset + 32 > start + stretch.count {
      start = offset
      stretch = try store.bytes(
        of: store.layout.leaves, at: UInt64(offset), count: min(1 << 20, size - offset))
      if stretch.count < 32 { return nil }
    }
    return stretch[offset - start..<offset - start + 32]
  }
}

extension ContentStore {
  /// A stretch of a file, fewer bytes where it ends before.
  func bytes(of path: String, at offset: UInt64, count: Int) throws(StoreError) -> [UInt8] {
    try storing(fileSystem.openFile(path).read(at: offset, count: count))
  }
}
