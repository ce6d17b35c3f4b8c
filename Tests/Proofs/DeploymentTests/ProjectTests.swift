import Foundation
import Testing

@testable import Deployment

@Suite struct ProjectTests {
  @Test func prefersTheFirstName() throws {
    let folder = try Folder([
      "package.json": "{}", "handler.jsx": "", "handler.tsx": "", "src/handler.ts": "",
    ])
    let project = try Project(around: folder.path)
    #expect(project.handlerPath == "handler.tsx")
    #expect(project.otherHandlers == ["handler.jsx", "src/handler.ts"])
  }

  @Test func rootIsTheNearestManifestThenGitThenHere() throws {
    let nested = try Folder([
      ".git/HEAD": "x", "handler.ts": "", "package.json": "{}", "apps/one/package.json": "{}",
      "apps/one/handler.ts": "", "apps/one/lib/x": "", "lib/y": "",
    ])
    #expect(try Project(around: nested.path + "/apps/one/lib").root == nested.path + "/apps/one")
    #expect(try Project(around: nested.path + "/lib").root == nested.path)
    let git = try Folder([".git/HEAD": "x", "handler.ts": "", "deep/er/x": ""])
    #expect(try Project(around: git.path + "/deep/er").root == git.path)
    let bare = try Folder(["handler.ts": ""])
    #expect(try Project(around: bare.path).root == bare.path)
  }

  @Test func aFolderCalledHandlerIsNone() throws {
    let folder = try Folder(["handler.ts/x": "", "handler.js": ""])
    #expect(try Project(around: folder.path).handlerPath == "handler.js")
  }

  @Test func noHandlerSaysWhatWasLookedFor() throws {
    let folder = try Folder()
    #expect {
      try Project(around: folder.path)
    } throws: { error in
      guard case DeploymentError.noHandler(let root, let searched) = error else { return false }
      return root == folder.path && searched.first == "handler.ts" && searched.count == 8
    }
  }

  @Test func readsNamesAndKindsOfTheEnvironment() throws {
    let folder = try Folder([
      "handler.ts": "", ".env": "B=1\nA=2\nB=3\n",
      "package.json":
        #"{"version":1.5,"name":"@a/b","zigttp":{"env":{"K":"secret","C":"config"}}}"#,
    ])
    let project = try Project(around: folder.path)
    #expect(project.envNames == ["A", "B"])
    #expect(project.duplicateEnvNames == ["B"])
    #expect(project.service == "a-b")
    #expect(project.declaredSecrets == ["K": true, "C": false])
  }

  @Test func namesOfTheEnvironmentAreToldApartByTheirBytes() throws {
    let folder = try Folder([
      "handler.ts": "",
      "package.json":
        "{\"name\":\"a\",\"zigttp\":{\"env\":{\"\u{E9}\":\"secret\",\"e\u{301}\":\"config\"}}}",
    ])
    let declared = try Project(around: folder.path).declaredSecrets
    #expect(declared["\u{E9}"] == true && declared["e\u{301}"] == false)
  }

  @Test(arguments: [
    "[]", "{", #"{"zigttp":{"env":{"K":"public"}}}"#, #"{"zigttp":{"env":{"K":1}}}"#,
  ])
  func malformedManifestIsRefused(text: String) throws {
    let folder = try Folder(["handler.ts": "", "package.json": text])
    #expect {
      try Project(around: folder.path)
    } throws: { error in
      if case DeploymentError.malformedPackageManifest = error { true } else { false }
    }
  }

  @Test func linksStayInsideTheProject() throws {
    let outside = try Folder(["secret.ts": "x"])
    let folder = try Folder(["handler.ts": "x", "lib/real.ts": "y"])
    let manager = FileManager.default
    try manager.createSymbolicLink(
      atPath: folder.path + "/out.ts", withDestinationPath: outside.path + "/secret.ts")
    try manager.createSymbolicLink(
      atPath: folder.path + "/in.ts", withDestinationPath: "lib/real.ts")
    try manager.createSymbolicLink(atPath: folder.path + "/loop.ts", withDestinationPath: "loop.ts")
    let reader = try ProjectFolder(folder.path)
    #expect(try reader.read("in.ts") == Array("y".utf8))
    #expect(try reader.read("gone.ts") == nil)
    #expect(throws: DeploymentError.self) { try reader.read("out.ts") }
    #expect(throws: DeploymentError.self) { try reader.read("loop.ts") }
    #expect(throws: DeploymentError.self) { try reader.read("lib") }
  }

  @Test func foldersThatLookAlikeAreTwo() throws {
    let folder = try Folder(["caf\u{e9}/handler.ts": "x", "cafe\u{301}/secret.ts": "y"])
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/caf\u{e9}/lib.ts", withDestinationPath: "../cafe\u{301}/secret.ts")
    let reader = try ProjectFolder(folder.path + "/caf\u{e9}")
    #expect(throws: DeploymentError.self) { try reader.read("lib.ts") }
  }

  @Test func pipesAreRefusedWithoutWaiting() throws {
    let folder = try Folder(["handler.ts": "x"])
    #expect(mkfifo(folder.path + "/.env", 0o600) == 0)
    #expect(throws: DeploymentError.self) { try Project(around: folder.path) }
  }
}
