import Foundation
import ProjectFiles
import Testing

private func vectors<Line: Decodable>(_ name: String, as type: Line.Type) throws -> [Line] {
  let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("testdata/vectors")
  let data = try Data(contentsOf: folder.appendingPathComponent(name))
  return try data.split(separator: UInt8(ascii: "\n")).map {
    try JSONDecoder().decode(Line.self, from: $0)
  }
}

@Suite struct EnvFileTests {
  private struct Line: Decodable {
    var input: String
    var values: [String: String]?
    var error: Int?
  }

  @Test func agreesWithTheVectors() throws {
    let lines = try vectors("env-file.jsonl", as: Line.self)
    #expect(lines.count == 18)
    for line in lines {
      do {
        let file = try EnvFile.parse(line.input.utf8)
        #expect(file.values == line.values, "\(line.input)")
      } catch {
        #expect(error.line == line.error, "\(line.input)")
        #expect(error.description == ".env:\(error.line): expected KEY=value")
      }
    }
  }

  @Test(arguments: [
    "A='x' y", "A=\"x\" # c", "A='x''y'", "A='", "export", "export 1=2", "A-B=1", "é=1", "A=a\0b",
    "A\u{a0}=1",
  ])
  func refuses(_ text: String) {
    #expect(throws: EnvFileError(path: "x/.env", line: 2)) {
      try EnvFile.parse("OK=1\n\(text)\nB=2".utf8, path: "x/.env")
    }
  }

  @Test func refusesInvalidUTF8() {
    #expect(throws: EnvFileError.self) { try EnvFile.parse([0x41, 0x3d, 0xff]) }
  }

  @Test func takesWhatTheGrammarAllows() throws {
    let text = "\t export\tA = 1 \r\n  # note\nexport=2\n_b9=\" '#\\n \"\nC=''\n\r\nD=x'y\"z\nE==\n"
    let file = try EnvFile.parse(text.utf8)
    #expect(
      file.values == ["A": "1", "export": "2", "_b9": " '#\\n ", "C": "", "D": "x'y\"z", "E": "="])
    #expect(file.entries.map(\.line) == [1, 3, 4, 5, 7, 8])
    #expect(file.duplicates.isEmpty)
  }

  @Test func namesEveryRepeatedKey() throws {
    let file = try EnvFile.parse("A=1\nB=1\nA=2\n\nA=3\n".utf8)
    #expect(file.values == ["A": "3", "B": "1"])
    #expect(file.duplicates.map { [$0.firstLine, $0.line] } == [[1, 3], [1, 5]])
    #expect(file.duplicates.allSatisfy { $0.name == "A" })
  }

  @Test func theErrorKeepsNoValue() {
    do {
      _ = try EnvFile.parse("hunter2 is the password".utf8)
      Issue.record("accepted")
    } catch {
      #expect(!"\(error)".contains("hunter2"))
    }
  }
}

@Suite struct NameTests {
  private struct SlugLine: Decodable {
    var input: String
    var slug: String
  }
  private struct SecretLine: Decodable {
    var name: String
    var secret: Bool
  }

  @Test func slugsAgreeWithTheVectors() throws {
    let lines = try vectors("slug.jsonl", as: SlugLine.self)
    #expect(lines.count == 13)
    for line in lines {
      #expect(Slug.make(line.input) == line.slug, "\(line.input)")
      #expect(Slug.make(line.slug) == line.slug)
    }
  }

  @Test func secretNamesAgreeWithTheVectors() throws {
    let lines = try vectors("secret-names.jsonl", as: SecretLine.self)
    #expect(lines.count == 33)
    for line in lines { #expect(SecretNames.isSecret(line.name) == line.secret, "\(line.name)") }
  }

  @Test(arguments: [
    ("PUBLIC_DATABASE_URL", false), ("database_url", true), ("MYREDIS_URL", true),
    ("MONGO_URLS", false), ("TOKEN_ISSUER", false), ("TOKEN_AUDIENCE", false), ("KEY", true),
    ("KEY_ID", true), ("COMPASS", false), ("PASS_COUNT", true), ("", false), ("_", false),
    ("PUBLICITY_TOKEN", true),
  ])
  func secretNames(_ name: String, _ expected: Bool) {
    #expect(SecretNames.isSecret(name) == expected)
  }
}
