import Contracts
import Encodings
import GRDB

/// Something that a handler can have: `env:API_KEY`, `route:GET /x`.
///
/// Reference: interface.md, "Commands", `proofs blame`.
public struct SurfaceItem: Sendable, Hashable {
  /// Where it stands on the card.
  public var section: Change.Section
  /// As the card shows it.
  @Bytewise public var item: String

  /// The words before the colon, with what they mean.
  public static let words: [(word: String, section: Change.Section)] = [
    ("env", .env), ("egress", .egress), ("route", .routes), ("cache", .cache),
    ("cap", .capabilities), ("property", .properties), ("secret", .secrets), ("sql", .sql),
    ("dynamic", .dynamic), ("leak", .leaks), ("spec", .specs), ("imported", .imported),
  ]

  /// From a word, a colon and the item; nil for text of another form.
  public init?(_ text: String) {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let (word, item) = (text[..<colon], text[text.utf8.index(after: colon)...])
    guard !item.isEmpty, let known = Self.words.first(where: { $0.word == word }) else {
      return nil
    }
    self.init(section: known.section, item: String(item))
  }

  /// An item from its parts.
  public init(section: Change.Section, item: String) {
    self.section = section
    self.item = item
  }
}

/// What became of an item in the deploys of one service to one target.
public struct Blame: Sendable, Hashable {
  /// One deploy that had the item when the one before it had not, or the other way round.
  public struct Step: Sendable, Hashable {
    /// Whether the deploy has the item.
    public var isAdded: Bool
    /// The deploy.
    public var event: GraphEvent
  }

  /// nil for rows without one, which are told apart by ``handlerPath``.
  public var service: String?
  /// Of the newest of the steps.
  public var handlerPath: String
  /// Where the deploys went; nil for rows that do not say.
  public var target: String?
  /// Newest first, at least one.
  public var steps: [Step]
  /// The deploy since which it has the item without a break; nil when it has it no more.
  public var since: GraphEvent? { steps.first.flatMap { $0.isAdded ? $0.event : nil } }
}

extension ArtifactGraph {
  /// Which services have an item, since when, and every deploy that added or removed it: by
  /// service, then target. Services that never had it are left out.
  ///
  /// - Parameter service: only this one.
  public func blame(
    _ item: SurfaceItem, service: String? = nil
  ) throws(GraphError) -> [Blame] {
    try checkTail()
    let found = try steps(of: item, service)
    guard let line = try gap(in: found, item) else { return found }
    try reindex(IndexDiffers(line: line))
    return try steps(of: item, service)
  }

  /// What the newest deploys of services have in a section, sorted bytewise and unique.
  ///
  /// - Parameter service: only this one.
  public func items(
    of section: Change.Section, service: String? = nil
  ) throws(GraphError) -> [String] {
    let deploys = try services().filter {
      service == nil || String?.hasSameBytes($0.row.serviceName, service)
    }
    return UTF8Order.sortedUnique(deploys.flatMap { $0.row.facts.items(of: section) })
  }

  // Somebody may have hidden a step: added and removed take turns, and what the newest deploy has
  // is what the newest step says. The line from which it does not hold; nil where it does.
  private func gap(in found: [Blame], _ item: SurfaceItem) throws(GraphError) -> Int? {
    for blame in found {
      let newest = try baseline(
        for: BaselineQuery(
          kind: .deploy, service: blame.service, handlerPath: blame.handlerPath,
          target: blame.target))
      let has = newest?.row.facts.items(of: item.section)
        .contains { UTF8Order.equal($0, item.item) }
      if has != blame.steps.first?.isAdded { return newest?.line ?? 0 }
      for (later, earlier) in zip(blame.steps, blame.steps.dropFirst())
      where later.isAdded == earlier.isAdded { return later.event.line }
      if blame.steps.last?.isAdded == false { return blame.steps.last?.event.line }
    }
    return nil
  }

  private func steps(
    of item: SurfaceItem, _ service: String?
  ) throws(GraphError) -> [Blame] {
    let steps = try query { db in
      try Row.fetchAll(
        db, sql: Self.blameQuery,
        arguments: [item.section.rawValue, item.item, service]
      ).map { (line: $0["line"] as Int, isAdded: $0["added"] as Bool) }
    }
    // Read from the ledger all at once, as everything that is shown.
    let events = try events(lines: steps.map(\.line))
    var order: [BlameKey] = []
    var found: [BlameKey: Blame] = [:]
    for (step, event) in zip(steps, events) {
      let key = BlameKey(event)
      if found[key] == nil {
        order.append(key)
        found[key] = Blame(
          service: event.row.serviceName, handlerPath: event.row.handlerPath,
          target: event.row.target, steps: [])
      }
      found[key]?.steps.append(Blame.Step(isAdded: step.isAdded, event: event))
    }
    return order.sorted().compactMap { found[$0] }
  }

  // Deploys that changed the item, and those without a baseline that have it: what all others have
  // is what the one before them has. The order of the tables is given, because an index over all
  // deploys looks good to SQLite, who does not know how few changed anything.
  static let blameQuery = """
    SELECT line, added FROM (
      SELECT r.line, c.change = 'added' AS added, r.service
      FROM items AS i CROSS JOIN surface_changes AS c ON c.item = i.id
      CROSS JOIN ledger_rows AS r ON r.delta = c.delta
      WHERE i.section = ?1 AND i.item = ?2 AND r.kind = 'deploy'
      UNION ALL
      SELECT r.line, 1, r.service
      FROM items AS i CROSS JOIN ledger_rows AS r INDEXED BY ledger_rows_first
      CROSS JOIN facts AS f ON f.id = r.facts CROSS JOIN surfaces AS s ON s.id = f.surface
      WHERE r.baseline IS NULL AND r.kind = 'deploy' AND i.section = ?1 AND i.item = ?2
        AND EXISTS (SELECT 1 FROM json_each(s.items) WHERE value = i.id))
    WHERE ?3 IS NULL OR service = (SELECT id FROM names WHERE name = ?3) ORDER BY line DESC
    """
}

private struct BlameKey: Hashable, Comparable {
  @Bytewise var service: String?
  @Bytewise var handlerPath: String
  @Bytewise var target: String?

  init(_ event: GraphEvent) {
    service = event.row.serviceName
    handlerPath = event.row.serviceName == nil ? event.row.handlerPath : ""
    target = event.row.target
  }

  static func < (a: BlameKey, b: BlameKey) -> Bool {
    func key(_ blame: BlameKey) -> [[UInt8]] {
      [blame.service, blame.handlerPath, blame.target].map { Array(($0 ?? "").utf8) }
    }
    for (x, y) in zip(key(a), key(b)) where x != y { return x.lexicographicallyPrecedes(y) }
    return false
  }
}
