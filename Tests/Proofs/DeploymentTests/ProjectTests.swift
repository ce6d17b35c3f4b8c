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

  @Test func saysWhetherTheHandlerIsOfTheFolderItWasStartedIn() throws {
    let folder = try Folder([
      "package.json": "{}", "src/handler.ts": "", "src/lib/x": "", "other/handler.jsx": "",
      "empty/x": "", "other/src/x": "",
    ])
    for (path, isHere, passedOver) in [
      ("", true, nil), ("/src", true, nil), ("/src/lib", false, nil), ("/empty", false, nil),
      ("/other", false, "handler.jsx"), ("/other/src", false, nil),
    ] {
      let project = try Project(around: folder.path + path)
      #expect(project.isHere == isHere, "\(path)")
      #expect(project.passedOver == passedOver, "\(path)")
      #expect(project.handlerPath == "src/handler.ts")
    }
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
      guard case DeploymentError.noHandler(let root, let searched, nil) = error else {
        return false
      }
      return root == folder.path && searched.first == "handler.ts" && searched.count == 8
    }
    let nested = try Folder(["package.json": "{}", "one/src/handler.js": ""])
    #expect {
      try Project(around: nested.path + "/one")
    } throws: { error in
      guard case DeploymentError.noHandler(nested.path, _, let passedOver) = error else {
        return false
      }
      return passedOver == "src/handler.js"
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
    ("[]", "the document", "an object"), (#"{"name":5}"#, "name", "a string"),
    (#"{"zigttp":[]}"#, "zigttp", "an object"),
    (#"{"zigttp":{"env":["K"]}}"#, "zigttp.env", "an object"),
    (#"{"zigttp":{"env":{"K":"public"}}}"#, "zigttp.env.K", #""secret" or "config""#),
    (#"{"zigttp":{"env":{"K":1}}}"#, "zigttp.env.K", #""secret" or "config""#),
  ])
  func aManifestOfAnotherShapeIsRefused(text: String, where member: String, wants: String) throws {
    let folder = try Folder(["handler.ts": "", "package.json": text])
    #expect {
      try Project(around: folder.path)
    } throws: { error in
      guard
        case DeploymentError.unfitPackageManifest(let path, let found, let expected, _) = error
      else { return false }
      return path == "package.json" && found == member && expected == wants
    }
  }

  @Test(arguments: [
    ("{", 1, 2, "too early"), ("", 1, 1, "empty"),
    ("{\n  \"a\": 1,\n}", 3, 1, "a comma before '}'"),
    ("{\n  // x\n}", 2, 3, "a comment"), ("{'a': 1}", 1, 2, "double quotes"),
    ("{\"\u{e4}\u{1f600}\": x}", 1, 8, "unexpected 'x'"),
    ("\u{FEFF}{\n\"a\" 1}", 2, 5, "unexpected '1'"),
    ("{} {}", 1, 4, "more text"),
  ])
  func whatIsNoJSONIsToldWithItsPlace(text: String, line: Int, column: Int, says: String) throws {
    let folder = try Folder(["handler.ts": "", "package.json": text])
    #expect {
      try Project(around: folder.path)
    } throws: { error in
      guard
        case DeploymentError.malformedPackageManifest(
          _, let foundLine, let foundColumn, let words) =
          error
      else { return false }
      return foundLine == line && foundColumn == column && words.contains(says)
    }
  }

  @Test func marksOfEditorsAreSkipped() throws {
    let folder = try Folder([
      "handler.ts": "", "package.json": "\u{FEFF}{\"name\":\"orders\"}",
      ".env": "\u{FEFF}A=1\r\nB=2\r\n",
    ])
    let project = try Project(around: folder.path)
    #expect(project.service == "orders" && project.envNames == ["A", "B"])
    for name in ["package.json", ".env"] {
      let other = try Folder(["handler.ts": ""])
      try #require("{}".data(using: .utf16)).write(
        to: URL(fileURLWithPath: other.path + "/" + name))
      #expect {
        try Project(around: other.path)
      } throws: { "\($0)".contains("UTF-16") }
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
