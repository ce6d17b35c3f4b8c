import ContentStore
import Digests
import JSON
import Ledger
import Testing

@testable import ArtifactGraph
@testable import Reports
@testable import Verification

/// Every document of a command, made of values that hold what a terminal obeys.
@Suite struct HostileDocumentTests {
  static let name = "x\u{1b}]0;title\u{7}\r\n\u{202e}\u{9b}2J"
  static let digest = Digest.sha256(of: [1])

  static func finding(_ kind: FindingKind) -> Finding {
    Finding(kind, name, expected: name, found: name)
  }

  static var documents: [any Document] {
    [
      FsckDocument(StoreReport(findings: FindingKind.allCases.map(finding))),
      ClosureDocument([
        ClosureObject(digest: digest, path: [], mediaType: name, size: 1, state: .present)
      ]),
      ReasonsDocument(digest, ObjectReasons(reasons: [], rowCount: 0, entries: [name]), []),
      BlameDocument(
        name, [Blame(service: name, handlerPath: name, target: name, steps: [])]),
      ReindexDocument(
        GraphCounts(rows: 1, badLines: 0, objects: 1, edges: 1), isCheck: true,
        difference: GraphDifference(table: name, found: name, expected: nil)),
      OriginDocument(name), ForgetDocument(name, rows: 1, folder: name),
      VersionDocument(name, packed: nil), answer, verified,
      added,
      ErrorDocument(exitCode: 1, error: "failure", message: "\(name)", details: ["\(name)"]),
    ]
  }

  static var verified: VerifyDocument {
    var report = ArtifactReport()
    for kind in ArtifactCheck.Kind.allCases {
      report.compare(kind, name, expected: name, found: name)
      report.fail(kind, name, expected: name, found: name)
      report.skip(kind, name, because: name)
    }
    return VerifyDocument(report, of: name)
  }

  static var answer: QueryAnswer {
    var answer = QueryAnswer()
    answer.begin([name])
    answer.add([.text(name)])
    answer.add([.null])
    return answer
  }

  static var added: AddedDocument {
    var added = AddedDocument()
    added.add(name, Blob(digest: digest, size: 3))
    added.miss(name, "\(name): nothing")
    return added
  }

  @Test func nothingReachesATerminalRaw() {
    for document in Self.documents {
      expectNothingHostile(document.text.text)
      expectNothingHostile(document.jsonLine.text)
    }
    expectNothingHostile(Self.verified.workflowCommands.text)
  }

  @Test func oneLineOfJSONThatNamesItsSchemaFirst() throws {
    for document in Self.documents {
      let line = document.jsonLine.text
      #expect(line.utf8.count { $0 == UInt8(ascii: "\n") } == 1 && line.hasSuffix("\n"))
      let value = try JSONReader.strict(Array(line.utf8))
      let schema = "https://zigttp.dev/schema/\(type(of: document).schema)-v1.json"
      #expect(value.objectValue?.members.first?.key == "schema")
      #expect(value["schema"] == .string(schema))
    }
  }

  @Test func programsReadTheValuesAsTheyWere() throws {
    let fsck = try JSONReader.strict(Array(Self.documents[0].jsonLine.text.utf8))
    #expect(fsck["findings"]?.arrayValue?.first?["subject"] == .string(Self.name))
    let query = try JSONReader.strict(Array(Self.answer.jsonLine.text.utf8))
    #expect(query["rows"] == [[.string(Self.name)], [.null]])
    #expect(query["columns"] == [.string(Self.name)])
  }
}
