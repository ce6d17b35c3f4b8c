import ContentStore
import Digests
import FileTesting
import OCIImage
import Testing

@testable import Verification

@Suite struct ReferenceSetTests {
  private static let digest = Digest.sha256(of: "object")

  private func reference(
    _ role: ObjectReference.Role = .layer, _ type: String = MediaType.layer, size: UInt64 = 6,
    _ change: (inout Descriptor) -> Void = { _ in }
  ) -> ObjectReference {
    var descriptor = Descriptor(mediaType: type, digest: Self.digest, size: size)
    change(&descriptor)
    return ObjectReference(role: role, descriptor: descriptor)
  }

  /// Every way to name one object is new once, in whatever order.
  @Test func tellsReferencesApart() {
    let all = [
      reference(), reference(.config), reference(.layer, MediaType.manifest), reference(size: 7),
      reference { $0.annotations = ["a": "b"] }, reference { $0.artifactType = "x/y" },
      reference { $0.platform = .init(architecture: "amd64") },
      reference { $0.others["urls"] = ["http://x"] },
    ]
    for size in [6, 7, nil] as [UInt64?] {
      for start in all.indices {
        var set = ReferenceSet()
        let order = Array(all[start...] + all[..<start])
        #expect(order.map { set.insert($0, 4, size: size) }.allSatisfy { $0 })
        #expect(!order.map { set.insert($0, 4, size: size) }.contains(true))
      }
    }
  }

  /// What a walk holds does not grow with the documents: of what deploys name there is nothing that
  /// is kept whole.
  @Test func whatDeploysNameIsNotKept() throws {
    let sample = try SampleStore(MemoryFileSystem())
    for version in 1...20 { try sample.deploy("orders", version) }
    var walk = ClosureWalk(sample.store.blobs, ObjectMap(Inspection.audit(sample.store)))
    let survey = try LedgerSurvey(lines: sample.store)
    let records = survey.rows.records
    #expect(records.count == 20)
    for number in 0..<records.count {
      let contract = try walk.follow(record: records[number], mayBeAbsent: false)
      #expect(contract != nil)
    }
    #expect(walk.findings == [] && walk.seen.others == [])
    #expect(walk.map.audit.names.count == walk.map.audit.count, "everything that is named is there")
  }

  @Test func edgesAreFoundByTheirChild() {
    var edges = ObjectEdges()
    func parents(_ child: Int) -> [UInt32] { edges.parents(of: child).sorted() }
    #expect(parents(0) == [])
    for (child, parent) in [(3, 1), (0, 2), (3, 0), (7, 3), (3, 1)] {
      edges.add(child, of: parent)
    }
    #expect([0, 3, 5, 7, 8].map(parents) == [[2], [0, 1, 1], [], [3], []])
    edges.add(5, of: 9)
    #expect([3, 5].map(parents) == [[0, 1, 1], [9]])
  }

  @Test func numbersAreInASetOnce() {
    var set = NumberSet()
    #expect(!set.contains(0) && !set.contains(1000))
    let numbers = [64, 0, 63, 1000, 65]
    #expect(numbers.map { set.insert($0) }.allSatisfy { $0 })
    #expect(!numbers.map { set.insert($0) }.contains(true) && numbers.allSatisfy(set.contains))
    for number in [1, 62, 66, 999, 1001, 100_000] { #expect(!set.contains(number)) }
  }
}
