/// A service as somebody sees or wants it.
public struct ServiceState: Sendable, Hashable {
  /// Digest of the image; whatever the control plane says where it is none.
  public var image: String?
  /// The provider's division of services.
  public var scope: String?
  /// Where it runs.
  public var region: String?
  /// Its size.
  public var plan: String?
  /// Names of its environment.
  public var env: [String]

  /// A state from its parts; nil for what is not known, and is not compared.
  public init(
    image: String? = nil, scope: String? = nil, region: String? = nil, plan: String? = nil,
    env: [String] = []
  ) {
    self.image = image
    self.scope = scope
    self.region = region
    self.plan = plan
    self.env = env
  }

  fileprivate func rows(_ side: String) -> [[String?]] {
    let fields = [("image", image), ("scope", scope), ("region", region), ("plan", plan)]
    return fields.compactMap { name, value in value.map { [side, name, $0] } }
      + env.map { [side, "env", $0] }
  }
}

/// One way in which a live service is not what was recorded, or not what is wanted.
public enum ServiceDrift: Sendable, Hashable {
  /// What the scope, the region or the size was, and what it is or is to be.
  case changed(field: Field, from: String, to: String)
  /// The environment has names that nobody wants.
  case surplusEnv([String])
  /// Nothing here tells of a deploy of it.
  case unrecorded

  /// What can be another one.
  public enum Field: String, Sendable, Hashable, CaseIterable {
    case scope, region, plan, image
  }
}

extension ArtifactGraph {
  /// Compares what was recorded of a service with what runs, and that with what is wanted: one query
  /// over the views, joined with a table that holds the other answers.
  ///
  /// - Parameters:
  ///   - line: the row of the last deploy there; nil where this ledger has none.
  ///   - recorded: what that deploy was to be; nil where nothing is known of one.
  ///   - live: what runs.
  ///   - wanted: what is to run; its image is not compared.
  /// Reference: control-plane.md, "Drift".
  public func drift(
    line: Int?, recorded: ServiceState?, live: ServiceState, wanted: ServiceState
  ) throws -> [ServiceDrift] {
    guard let recorded else { return [.unrecorded] }
    var rows = recorded.rows("recorded") + live.rows("live") + wanted.rows("wanted")
    if let line { rows.append(["recorded", "line", "\(line)"]) }
    let answer = TemporaryTable(name: "answer", columns: ["side", "field", "value"], rows: rows)
    var found: [ServiceDrift] = []
    var surplus: [String] = []
    _ = try select(Self.driftQuery, beside: [answer], limits: QueryLimits(rows: 100_000)) { row in
      guard row.count == 3, case .text(let word) = row[0], case .text(let value) = row[1] else {
        return
      }
      if case .text(let now) = row[2], let field = ServiceDrift.Field(rawValue: word) {
        let drift = ServiceDrift.changed(field: field, from: value, to: now)
        if !found.contains(drift) { found.append(drift) }
      } else if word == "env" {
        surplus.append(value)
      }
    }
    if !surplus.isEmpty {
      let place = found.firstIndex { if case .changed(.image, _, _) = $0 { true } else { false } }
      found.insert(.surplusEnv(surplus), at: place ?? found.count)
    }
    return found
  }

  // A reason for each field: what somebody changed, or else what is to change. The image of a row is
  // what the ledger says of it, whatever somebody remembers.
  private static let driftQuery = """
    SELECT field, old, new FROM (
      SELECT r.field AS field, r.value AS old, l.value AS new
      FROM answer AS r JOIN answer AS l ON l.field = r.field AND l.side = 'live'
      WHERE r.side = 'recorded' AND r.field IN ('scope', 'region', 'plan') AND r.value <> l.value
      UNION ALL
      SELECT l.field, l.value, w.value
      FROM answer AS l JOIN answer AS w ON w.field = l.field AND w.side = 'wanted'
      LEFT JOIN answer AS r ON r.field = l.field AND r.side = 'recorded'
      WHERE l.side = 'live' AND l.field IN ('scope', 'region', 'plan') AND l.value <> w.value
        AND coalesce(r.value, l.value) = l.value
      UNION ALL
      SELECT 'env', l.value, NULL FROM answer AS l
      WHERE l.side = 'live' AND l.field = 'env' AND l.value NOT IN (
        SELECT value FROM answer WHERE side = 'wanted' AND field = 'env')
      UNION ALL
      SELECT 'image', coalesce(e.image, r.value), l.value
      FROM answer AS l
      LEFT JOIN answer AS r ON r.side = 'recorded' AND r.field = 'image'
      LEFT JOIN answer AS n ON n.side = 'recorded' AND n.field = 'line'
      LEFT JOIN events AS e ON e.line = CAST(n.value AS INTEGER)
      WHERE l.side = 'live' AND l.field = 'image' AND coalesce(e.image, r.value) <> l.value
    )
    ORDER BY CASE field WHEN 'scope' THEN 0 WHEN 'region' THEN 1 WHEN 'plan' THEN 2
      WHEN 'env' THEN 3 ELSE 4 END, old
    """
}
