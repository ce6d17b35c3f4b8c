import Foundation
import Testing

/// `zigttp help` and `zigttp types`, as somebody meets them who has nothing else.
@Suite struct HelpTests {
  @Test(arguments: [
    ("language", "A HANDLER"), ("modules", "zigttp:cache"), ("cache", "cacheGet(namespace: string"),
    ("zigttp:cache", "cacheGet(namespace: string"), ("ZT213", "x === null || x === undefined"),
    ("zt213", "x === null || x === undefined"), ("properties", "retry-safe"),
    ("environment", "ZIGTTP_STORE"), ("formats", "proofs.jsonl"), ("types", "zigttp:types"),
    ("refusals", "  ZT213  "), ("forms", "urlSearchParams"), ("cookies", "setCookie"),
    ("redirects", "RESPONSE"),
  ])
  func everyTopicHasAPage(_ topic: String, _ says: String) throws {
    let result = try Workspace().run(["help", topic])
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(result.output.contains(says), "\(result.output)")
    #expect(result.output.hasSuffix("\n") && !result.output.hasSuffix("\n\n"))
  }

  @Test(arguments: [("ZT21", "ZT201"), ("cach", "cache"), ("languag", "language")])
  func aMistypedTopicIsTold(_ topic: String, _ meant: String) throws {
    let result = try Workspace().run(["help", topic])
    #expect(result.status == 64)
    #expect(result.errors.contains("zigttp help \(meant)"), "\(result.errors)")
  }

  @Test func typesPrintsDeclarations() throws {
    let project = try Workspace()
    let result = try project.zigttp("types")
    #expect(result.status == 0 && result.errors.isEmpty)
    #expect(result.output.contains("declare module \"zigttp:cache\""))
    let document = try project.zigttp("types", "--json")
    #expect(try DocumentSchema.problems(document, "types-v1") == [])
    #expect(try Workspace.json(document)["declarations"] as? String == result.output)
  }

  /// Each block of the guide is a handler, and `zigttp check` says so.
  @Test(arguments: guideBlocks.filter { $0.language != "sql" })
  func theGuidesHandlersAreAccepted(_ block: GuideBlock) throws {
    let schemas = Self.guideBlocks.filter { $0.language == "sql" }.map(\.text)
    let project = try Workspace([
      "handler.\(block.language)": block.text, "schema.sql": schemas.joined(),
    ])
    let result = try project.zigttp("check")
    #expect(result.status == 0, "\(block.text)\n\(result.errors)")
    #expect(result.output.contains("Proof:      complete"), "\(block.text)\n\(result.output)")
  }

  @Test func theGuideHasItsBlocks() { #expect(Self.guideBlocks.count >= 9) }

  struct GuideBlock: CustomTestStringConvertible {
    var language: String
    var text: String
    var testDescription: String { String(text.prefix(40)) }
  }

  static let guideBlocks: [GuideBlock] = {
    let path = Programs.checkout + "/docs/zigttp.docc/Guide.md"
    let guide = try? String(contentsOfFile: path, encoding: .utf8)
    var blocks: [GuideBlock] = []
    var language: String?
    for line in (guide ?? "").split(separator: "\n", omittingEmptySubsequences: false) {
      if ["```ts", "```tsx", "```sql"].contains(line) {
        language = String(line.dropFirst(3))
        blocks.append(GuideBlock(language: String(line.dropFirst(3)), text: ""))
      } else if line.hasPrefix("```") {
        language = nil
      } else if language != nil {
        blocks[blocks.count - 1].text += line + "\n"
      }
    }
    return blocks
  }()
}
