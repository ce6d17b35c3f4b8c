import Contracts
import HandlerLanguage
import HandlerProver
import Testing

@testable import Handbook

/// The projects that people start from are what they claim to be.
@Suite struct ProjectTemplateTests {
  /// What is not proven of a template; all else is.
  static let lost: [(ProjectTemplate, Set<Property>)] = [
    // A vote that is sent twice counts twice.
    (.api, [.readOnly, .retrySafe, .idempotent]),
    (.page, []),
    // It writes, under an id that came with the request.
    (.webhook, [.readOnly, .inputValidated]),
  ]

  @Test(arguments: lost)
  func theHandlerIsProven(_ template: ProjectTemplate, _ lost: Set<Property>) throws {
    let loaded = HandlerExample("@ \(template.handlerPath)\n" + template.handler).load()
    let program = try #require(loaded.program, "\(loaded.diagnostics.map(\.description))")
    #expect(loaded.diagnostics.map(\.description) == [])
    let proof = Prover.prove(program, handlerPath: template.handlerPath)
    let missing = Set(Property.allCases.filter { proof.contract.properties[$0] != true })
    #expect(missing == lost)
    #expect(proof.contract.proofLevel == .complete)
  }

  @Test(.enabled(if: TypeScript.isExpected, "tsc is not installed"))
  func theProjectIsTypeScript() throws {
    for template in ProjectTemplate.allCases {
      var files: [String: String] = [:]
      for file in template.files(named: "tea") { files[file.path] = file.text }
      #expect(try TypeScript.problems(files) == [], "\(template)")
    }
  }

  @Test(arguments: ProjectTemplate.allCases)
  func everyFileEndsItsLastLine(_ template: ProjectTemplate) {
    for file in template.files(named: "tea") {
      #expect(file.text.hasSuffix("\n") && !file.text.hasSuffix("\n\n"), "\(file.path)")
    }
  }
}
