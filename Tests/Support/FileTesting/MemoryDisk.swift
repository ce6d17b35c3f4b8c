/// What a machine without power would find on its disk, and what would be lost: the content of a
/// file system as a value.
///
/// Of each file there is what is synchronised and the writes that are not; of the folders what is
/// synchronised and the operations on entries that are not. A crash keeps any subset of both, and
/// of a write any of nothing, its first half and all.
public struct MemoryDisk: Sendable {
  struct File: Sendable {
    enum Change: Sendable {
      case bytes(at: Int, [UInt8])
      case size(Int)
    }
    var current: [UInt8] = []
    var synced: [UInt8] = []
    var changes: [Change] = []
  }

  enum Body: Sendable {
    case file(File)
    case folder
  }

  struct Node: Sendable {
    var body: Body
    var permissions: UInt16
    var modified: Int64
  }

  /// One operation on entries: a rename touches two folders, and happens as a whole or not at all.
  struct EntryChange: Sendable {
    struct Part: Sendable {
      var folder: Int
      var name: String
      /// nil where the name goes.
      var node: Int?
    }
    var parts: [Part]
  }

  var nodes: [Int: Node] = [:]
  /// Entries of each folder as processes see them.
  var current: [Int: [String: Int]] = [:]
  /// Entries of each folder that a crash leaves in any case.
  var synced: [Int: [String: Int]] = [:]
  var entryChanges: [EntryChange] = []
  var nextNode = 1
  /// What a test was told to be durable, in order.
  public internal(set) var acknowledged: [String] = []

  static let root = 0

  init(modified: Int64) {
    nodes[Self.root] = Node(body: .folder, permissions: 0o755, modified: modified)
    current[Self.root] = [:]
    synced[Self.root] = [:]
  }

  /// How many changes are not synchronised.
  public var pendingChanges: Int {
    entryChanges.count
      + nodes.values.reduce(0) { sum, node in
        guard case .file(let file) = node.body else { return sum }
        return sum + file.changes.count
      }
  }
}

extension MemoryDisk {
  mutating func make(_ body: Body, permissions: UInt16, modified: Int64) -> Int {
    let node = nextNode
    nextNode += 1
    nodes[node] = Node(body: body, permissions: permissions, modified: modified)
    if case .folder = body {
      current[node] = [:]
      synced[node] = [:]
    }
    return node
  }

  mutating func change(_ parts: [EntryChange.Part]) {
    for part in parts { current[part.folder]?[part.name] = part.node }
    entryChanges.append(EntryChange(parts: parts))
  }

  mutating func synchronize(_ node: Int) {
    guard case .file(var file)? = nodes[node]?.body else {
      // Entries alone: what the folder itself is called is its parent's business.
      let touching = entryChanges.filter { $0.parts.contains { $0.folder == node } }
      for each in touching { Self.apply(each, to: &synced) }
      entryChanges.removeAll { $0.parts.contains { $0.folder == node } }
      return
    }
    file.synced = file.current
    file.changes = []
    nodes[node]?.body = .file(file)
  }

  mutating func synchronizeAll() {
    for each in entryChanges { Self.apply(each, to: &synced) }
    entryChanges = []
    for (node, value) in nodes {
      if case .file(let file) = value.body, !file.changes.isEmpty { synchronize(node) }
    }
  }

  private static func apply(_ change: EntryChange, to entries: inout [Int: [String: Int]]) {
    for part in change.parts { entries[part.folder, default: [:]][part.name] = part.node }
  }
}

extension MemoryDisk {
  /// What one change may have come to.
  private enum Choice {
    case entry(Int)
    case write(node: Int, Int)

    /// Lost and kept, and for bytes torn.
    var ways: Int { if case .entry = self { 2 } else { 3 } }
  }

  private var choices: [Choice] {
    var out = entryChanges.indices.map(Choice.entry)
    // Nobody can open what no folder has, whatever becomes of it.
    var named = Set(synced.values.flatMap(\.values))
    named.formUnion(entryChanges.flatMap { $0.parts.compactMap(\.node) })
    for node in named.sorted() {
      guard case .file(let file)? = nodes[node]?.body else { continue }
      out += file.changes.indices.map { Choice.write(node: node, $0) }
    }
    return out
  }

  /// The disks that a crash at this moment may leave: every one where there are at most `limit` of
  /// them, else the two extremes and so many chosen at random.
  public func crashes(
    limit: Int, using random: inout some RandomNumberGenerator
  ) -> [MemoryDisk] {
    let choices = choices
    var total = 1
    for choice in choices where total <= limit { total *= choice.ways }
    if total <= limit {
      return (0..<total).map { number in
        var rest = number
        return crash(
          choices,
          choices.map { choice in
            defer { rest /= choice.ways }
            return rest % choice.ways
          })
      }
    }
    var out = [
      crash(choices, choices.map { _ in 0 }), crash(choices, choices.map { $0.ways - 1 }),
    ]
    for _ in 0..<limit {
      out.append(crash(choices, choices.map { Int.random(in: 0..<$0.ways, using: &random) }))
    }
    return out
  }

  /// - Parameter ways: for each choice 0 for lost, 1 for kept (an entry) or torn, 2 for kept.
  private func crash(_ choices: [Choice], _ ways: [Int]) -> MemoryDisk {
    var disk = self
    var kept: [Int: [(File.Change, Int)]] = [:]
    for (choice, way) in zip(choices, ways) where way > 0 {
      switch choice {
      case .entry(let number): Self.apply(entryChanges[number], to: &disk.synced)
      case .write(let node, let number):
        guard case .file(let file)? = nodes[node]?.body else { continue }
        kept[node, default: []].append((file.changes[number], way))
      }
    }
    disk.entryChanges = []
    disk.current = disk.synced
    for (node, value) in nodes {
      guard case .file(var file) = value.body else { continue }
      for (change, way) in kept[node] ?? [] { file.synced.apply(change, isTorn: way == 1) }
      file.current = file.synced
      file.changes = []
      disk.nodes[node]?.body = .file(file)
    }
    return disk
  }
}

extension [UInt8] {
  mutating func apply(_ change: MemoryDisk.File.Change, isTorn: Bool = false) {
    switch change {
    case .size(let size):
      if size < count { removeSubrange(size...) }
      if size > count { self += [UInt8](repeating: 0, count: size - count) }
    case .bytes(let offset, let bytes):
      let kept = isTorn ? bytes.prefix(bytes.count / 2) : bytes[...]
      if count < offset { self += [UInt8](repeating: 0, count: offset - count) }
      let end = Swift.min(count, offset + kept.count)
      replaceSubrange(offset..<end, with: kept)
    }
  }
}
