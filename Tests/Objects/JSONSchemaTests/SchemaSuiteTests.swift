import Foundation
import JSON
import Testing

@testable import JSONSchema

/// `testdata/json-schema`: cases in the shape of the official test suite.
@Suite struct SchemaSuiteTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "testdata/json-schema")

  private static func read(_ name: String) throws -> [JSONValue] {
    let bytes = try Data(contentsOf: folder.appending(path: name))
    return try #require(try JSONReader.lenient(bytes).arrayValue)
  }

  @Test func everyFileIsRead() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(
      names.filter { $0.hasSuffix(".json") }.sorted()
        == (Self.files + ["refused"]).map { "\($0).json" }.sorted())
  }

  private static let files = [
    "type", "values", "numbers", "strings", "arrays", "objects", "applied", "format",
  ]

  @Test(arguments: files) func valuesAreValidOrNot(file: String) throws {
    var count = 0
    for group in try Self.read("\(file).json") {
      let about = group["description"]?.stringValue ?? ""
      let schema = try Schema(try #require(group["schema"], "\(about)"))
      for test in try #require(group["tests"]?.arrayValue) {
        let value = try #require(test["data"])
        let found = schema.violations(of: value, JSONInstance())
        let valid: Bool = try #require(test["valid"]?.boolValue as Bool?)
        #expect(
          found.isEmpty == valid,
          "\(about): \(test["description"]?.stringValue ?? ""): \(found)")
        count += 1
      }
    }
    #expect(count >= 20)
  }

  @Test func whatIsNotTakenIsNamedWithItsPlace() throws {
    for item in try Self.read("refused.json") {
      let schema = try #require(item["schema"])
      let wanted = try #require(item["error"]?.stringValue)
      do throws(SchemaError) {
        _ = try Schema(schema)
        Issue.record("\(schema) is taken")
      } catch { #expect(error.description == wanted) }
    }
  }

  @Test func aMisspeltKeywordIsAdvisedAbout() {
    for (written, meant) in [
      ("minLenght", "minLength"), ("Required", "required"),
      ("additional_properties", "additionalProperties"),
      ("oneof", "oneOf"), ("propertys", "properties"),
    ] {
      do throws(SchemaError) {
        _ = try Schema(.object([written: true]))
        Issue.record("\(written) is taken")
      } catch { #expect(error.advice == "did you mean `\(meant)`?") }
    }
  }
}
