import Contracts
import JSON
import TestSupport
import Testing

@Suite struct DeltaTests {
  private static func facts(_ value: JSONValue) throws -> Facts {
    func strings(_ key: String) -> [String] { value[key]?.stringArray ?? [] }
    var properties: [Property: Bool] = [:]
    for property in Property.allCases {
      properties[property] = value["properties"]?[property.rawValue]?.boolValue
    }
    return Facts(
      contractSha: "", proofLevel: ProofLevel(rawValue: value["proofLevel"]?.stringValue ?? "")!,
      envKeys: strings("envKeys"), egressHosts: strings("egressHosts"),
      cacheNamespaces: strings("cacheNamespaces"), capabilities: strings("capabilities"),
      routes: strings("routes").map { Route(pattern: $0) }, properties: properties,
      dynamic: strings("dynamic").map { DynamicSection(rawValue: $0)! },
      allowedLeaks: strings("allowedLeaks"))
  }

  private static let sections: [String: Change.Section] = [
    "envKeys": .env, "egressHosts": .egress, "cacheNamespaces": .cache,
    "capabilities": .capabilities, "routes": .routes,
  ]

  @Test func agreesWithTheVectors() throws {
    let lines = try Vectors.lines("verdict.jsonl")
    #expect(lines.count == 18)
    for line in lines {
      let baseline = try Self.facts(#require(line["baseline"]))
      let delta = Delta.between(baseline, try Self.facts(#require(line["facts"])))
      #expect(delta.verdict.rawValue == line["verdict"]?.stringValue, "\(delta)")
      func surface(_ kind: Change.Kind) -> Set<String> {
        Set(
          Self.sections.flatMap { key, section in
            delta.changes.filter { $0.section == section && $0.kind == kind }.map {
              "\(key) \($0.item)"
            }
          })
      }
      #expect(surface(.added) == Set(line["added"]?.stringArray ?? []))
      #expect(surface(.removed) == Set(line["removed"]?.stringArray ?? []))
      func properties(_ kind: Change.Kind) -> [String] {
        delta.changes.filter { $0.section == .properties && $0.kind == kind }
          .compactMap { Property(label: $0.item)?.rawValue }
      }
      #expect(properties(.added) == line["gained"]?.stringArray)
      #expect(properties(.removed) == line["lost"]?.stringArray)
    }
  }

  @Test func ordersChangesAsTheCardDoes() {
    let old = Facts(
      contractSha: "a", proofLevel: .partial, envKeys: ["B", "D"],
      routes: [Route(pattern: "GET /a/", isPrefix: true)], egressCredentials: ["T > h > x"],
      sqlQueries: ["q select t"])
    let new = Facts(
      contractSha: "b", proofLevel: .complete, envKeys: ["A", "C", "D"],
      routes: [Route(pattern: "GET /a/")], properties: [.readOnly: true], dynamic: [.egress],
      allowedLeaks: ["l"])
    let delta = Delta.between(old, new)
    #expect(
      delta.changes == [
        Change(section: .proof, kind: .changed(from: "partial", to: "complete"), item: "proof"),
        Change(section: .routes, kind: .added, item: "GET /a/"),
        Change(section: .routes, kind: .removed, item: "GET /a/*"),
        Change(section: .env, kind: .added, item: "A"),
        Change(section: .env, kind: .removed, item: "B"),
        Change(section: .env, kind: .added, item: "C"),
        Change(section: .properties, kind: .added, item: "read-only"),
        Change(section: .secrets, kind: .removed, item: "T > h > x"),
        Change(section: .sql, kind: .removed, item: "q select t"),
        Change(section: .dynamic, kind: .added, item: "egress"),
        Change(section: .leaks, kind: .added, item: "l"),
      ])
    #expect(delta.verdict == .breaking)
  }

  @Test(arguments: Change.Section.allCases.filter { $0 != .proof })
  func judgesEachSection(_ section: Change.Section) {
    func verdict(_ kind: Change.Kind) -> Verdict {
      Delta(changes: [Change(section: section, kind: kind, item: "x")]).verdict
    }
    let breaksWhenAdded: Set<Change.Section> = [.dynamic, .leaks]
    let survivesRemoval: Set<Change.Section> = [.secrets, .sql, .dynamic, .leaks, .imported]
    #expect(verdict(.added) == (breaksWhenAdded.contains(section) ? .breaking : .safeWithAdditions))
    #expect(
      verdict(.removed) == (survivesRemoval.contains(section) ? .safeWithAdditions : .breaking))
  }

  @Test func ignoresTheContractShaAlone() {
    let delta = Delta.between(Facts(contractSha: "a"), Facts(contractSha: "b"))
    #expect(delta.changes.isEmpty)
    #expect(delta.verdict == .safe)
    #expect(Verdict.safeWithAdditions.rawValue == "safe_with_additions")
  }

  @Test func noticesWhoGaveTheContract() {
    let own = Facts(contractSha: "")
    let given = Facts(contractSha: "", imported: true)
    #expect(Delta.between(own, given).lines == ["+ imported contract"])
    #expect(Delta.between(given, own).lines == ["- imported contract"])
    #expect(Delta.between(given, given).changes.isEmpty)
  }

  @Test func noticesTextThatOnlyLooksTheSame() {
    let delta = Delta.between(
      Facts(contractSha: "", cacheNamespaces: ["e\u{301}"]),
      Facts(contractSha: "", cacheNamespaces: ["\u{e9}"]))
    #expect(delta.changes.count == 2)
  }
}
