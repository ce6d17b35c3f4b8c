import Foundation
import Testing

/// `zigttp init`: a project that is proven and deployed as it was written.
@Suite struct InitTests {
  @Test(arguments: ["api", "page", "webhook"])
  func aTemplateIsDeployedAsItIs(_ template: String) throws {
    let project = try Workspace()
    let result = try project.zigttp("init", "--template", template)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("zigttp check"))
    let files = [
      template == "page" ? "handler.tsx" : "handler.ts", "package.json", "tsconfig.json",
      "zigttp.d.ts", ".gitignore", ".github/workflows/proofs.yml",
    ]
    for file in files {
      #expect(project.has(file), "\(file)")
      #expect(result.output.contains(file))
    }
    let check = try project.zigttp("check")
    #expect(check.status == 0, "\(check.errors)")
    #expect(check.output.contains("Service:    project"))
    #expect(check.output.contains("Proof:      complete"), "\(check.output)")
    #expect(check.errors.isEmpty, "\(check.errors)")
    try project.deploy()
  }

  @Test func theFirstTemplateIsTheApi() throws {
    let project = try Workspace()
    #expect(try project.zigttp("init", "--json").output.contains(#""template":"api""#))
    let document = try Workspace().zigttp("init", "--json")
    #expect(try DocumentSchema.problems(document, "init-v1") == [])
  }

  @Test(arguments: ["handler.ts", "handler.jsx", "src/handler.ts", "package.json", ".gitignore"])
  func nothingIsOverwritten(_ name: String) throws {
    let project = try Workspace([name: "mine"])
    let result = try project.zigttp("init")
    #expect(result.status == 1)
    #expect(result.errors.contains(name), "\(result.errors)")
    #expect(result.errors.contains("nothing was written"))
    #expect(try project.text(name) == "mine")
    #expect(!project.has("tsconfig.json"))
  }

  @Test func severalFilesInTheWayAreListed() throws {
    let project = try Workspace(["handler.ts": "mine", "tsconfig.json": "mine"])
    let result = try project.zigttp("init", "--template", "page")
    #expect(result.status == 1)
    #expect(result.errors.contains("handler.ts") && result.errors.contains("tsconfig.json"))
    #expect(!project.has("package.json"))
  }

  @Test func aTemplateThatThereIsNotIsToldWithThoseThereAre() throws {
    let project = try Workspace()
    let result = try project.zigttp("init", "--template", "spa")
    #expect(result.status == 64)
    #expect(result.errors.contains("webhook"), "\(result.errors)")
    #expect(!project.has("package.json"))
  }

  @Test func aFolderThatCannotBeWrittenIsToldByItsPath() throws {
    let project = try Workspace()
    chmod(project.path, 0o500)
    defer { chmod(project.path, 0o700) }
    // Root writes anyway.
    guard geteuid() != 0 else { return }
    let result = try project.zigttp("init")
    #expect(result.status == 1)
    #expect(result.errors.contains(project.path), "\(result.errors)")
  }
}
