import Foundation
import Testing

/// `zigttp help formats`: what it says is held against what a deploy leaves.
@Suite struct FormatsPageTests {
  private static func page() throws -> String {
    let result = try Workspace().run(["help", "formats"])
    #expect(result.status == 0)
    return result.output
  }

  private static func deployed() throws -> Workspace {
    let project = try Workspace([
      "handler.ts": "export const handler = (req) => Response.text(\"a\");\n"
    ])
    let result = try project.deploy()
    #expect(result.status == 0, "\(result.errors)")
    return project
  }

  /// The words of the page, without what stands around them.
  private static func words(_ page: String) -> [String] {
    page.split { !$0.isLetter && !$0.isNumber && $0 != "." && $0 != "-" && $0 != "/" }
      .map { $0.hasSuffix(".") ? String($0.dropLast()) : String($0) }
  }

  @Test func everythingThatADeployLeavesIsNamed() throws {
    let words = Set(
      Self.words(try Self.page()).flatMap { $0.split(separator: "/").map(String.init) })
    let project = try Self.deployed()
    let names = try FileManager.default.contentsOfDirectory(atPath: project.path + "/.zigttp")
    #expect(names.contains("proofs.jsonl") && names.contains("blobs"))
    for name in names where name != ".gitignore" {
      #expect(words.contains(name), "the page does not name \(name)")
    }
  }

  /// In their order, as a reader that counts on it needs them.
  @Test func theKeysOfARowStandInItsOrder() throws {
    let page = try Self.page()
    let row = try #require(try Self.deployed().ledger().first)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(row.utf8)) as? [String: Any])
    let facts = try #require(object["facts"] as? [String: Any])
    let start = try #require(page.range(of: "A row of the ledger"))
    let end = try #require(page.range(of: "Unknown keys and kinds"))
    let said = Self.words(String(page[start.upperBound..<end.lowerBound]))
    for keys in [object.keys.map { $0 }, facts.keys.filter { $0 != "properties" }] {
      // As they are written, in bytes of the row.
      let inOrder = keys.sorted { one, other in
        let places = [one, other].map { row.range(of: "\"\($0)\":")?.lowerBound ?? row.endIndex }
        return places[0] < places[1]
      }
      let places = inOrder.map { key in said.firstIndex(of: key) }
      #expect(!places.contains(nil), "not every key of \(inOrder) is on the page")
      #expect(places.compactMap(\.self) == places.compactMap(\.self).sorted(), "\(inOrder)")
    }
  }

  @Test func theRowsOfACardAreNamed() throws {
    let page = try Self.page()
    let project = try Workspace([
      "handler.ts": "export const handler = (req) => Response.text(\"a\");\n"
    ])
    let card = try project.zigttp("check").output
    let rows = card.split(separator: "\n").dropFirst().compactMap { line -> String? in
      line.hasPrefix("  ") ? line.split(separator: ":").first.map { String($0.dropFirst(2)) } : nil
    }
    #expect(rows.contains("Verdict"), "\(card)")
    for row in rows where row != "Handler" && row != "Service" {
      #expect(page.contains(row), "the page does not say what \(row) is")
    }
  }
}
