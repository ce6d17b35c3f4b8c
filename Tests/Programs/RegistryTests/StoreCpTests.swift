import Digests
import Foundation
import RegistryTesting
import TestSupport
import Testing

/// `zigttp store cp` between places of every kind, with the tools of others at both ends.
@Suite struct StoreCpTests {
  private static let files = ["handler.ts": Samples.hello, "package.json": #"{"name":"hello"}"#]

  private static func deployed() throws -> (project: Workspace, image: String) {
    let project = try Workspace(Self.files)
    try project.deploy()
    let shown = try project.zigttp("proofs", "show", "--json")
    let json = try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any]
    let image = try #require(json?["image"] as? String, "\(shown.output)")
    return (project, image)
  }

  private static func ours(_ project: Workspace) throws -> Server {
    try Server.start(
      Programs.zigttp,
      ["registry", "serve", "--data", project.path + "/registry", "--listen", "127.0.0.1:0"],
      project)
  }

  private static func tool(
    _ name: String, _ arguments: [String], in project: Workspace
  ) throws -> Command.Result {
    let path = try #require(ForeignPrograms.find(name), "\(name) is not installed")
    return try Command(
      executable: path, arguments: arguments, directory: project.path,
      environment: project.environment(["TMPDIR": project.path, "XDG_RUNTIME_DIR": project.home])
    ).run()
  }

  private static func skopeo(_ arguments: [String], in project: Workspace) throws -> Command.Result
  {
    try tool("skopeo", ["--insecure-policy"] + arguments, in: project)
  }

  private static func cp(_ project: Workspace, _ words: String...) throws -> [String: Any] {
    let result = try project.run(["store", "cp"] + words + ["--json"])
    #expect(result.status == 0, "\(words): \(result.errors)")
    #expect(try DocumentSchema.problems(result, "store-cp-v1") == [], "\(result.output)")
    let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    return try #require(json as? [String: Any])
  }

  /// From the store through every kind of place and back; each time it is the same digest.
  @Test func everyKindToEveryOther() throws {
    let (project, image) = try Self.deployed()
    let server = try Self.ours(project)
    let app = "docker://127.0.0.1:\(server.port)/team/app"
    for (from, to) in [
      ("hello", "oci:out:v1"), ("oci:out:v1", "oci-archive:a.tar:v1"),
      ("oci-archive:a.tar:v1", "\(app):v1"), ("\(app):v1", "\(app)2:v1"),
      ("\(app)2@\(image)", "oci-archive:b.tar:v1"), ("oci-archive:b.tar", "oci:back:other"),
      ("oci:back@\(image)", "oci-archive:a.tar:v1"), ("HEAD", "oci-archive:c.tar:v1"),
      (image, "oci:out:v2"),
    ] {
      let done = try Self.cp(project, from, to)
      #expect(done["digest"] as? String == image, "\(from) to \(to)")
    }
    // The same objects give the same bytes, wherever they come from.
    #expect(try project.read("a.tar") == project.read("b.tar"))
    #expect(try project.read("a.tar") == project.read("c.tar"))
    // Nothing of ours but the layout is left in a plain one.
    let names = try FileManager.default.contentsOfDirectory(atPath: project.path + "/out").sorted()
    #expect(names == ["blobs", "index.json", "oci-layout"])
    let again = try Self.cp(project, "oci:out:v1", "\(app):v1")
    #expect(again["objects"] as? Int == 0)
    #expect(again["present"] as? Int == 4)
  }

  @Test func whatIsPrintedForPeople() throws {
    let (project, image) = try Self.deployed()
    let result = try project.zigttp("store", "cp", "HEAD", "oci:out:v1")
    #expect(result.status == 0)
    #expect(
      result.lines.prefix(3) == ["Source:    HEAD", "Digest:    \(image)", "Target:    oci:out:v1"])
    #expect(result.lines.last?.hasPrefix("Moved:     4 object(s), ") == true, "\(result.output)")
    let moved = result.errors.split(separator: "\n")
    #expect(moved.count == 3, "\(result.errors)")
    #expect(
      moved.allSatisfy { $0.wholeMatch(of: /Copying [0-9a-f]{12} (\d+)\/\1 … ok/) != nil },
      "\(result.errors)")
  }

  /// Deploy records go along, through the referrers API and through the list that clients keep.
  @Test func whatIsAttachedGoesAlong() throws {
    let (project, image) = try Self.deployed()
    let server = try Self.ours(project)
    let ours = "docker://127.0.0.1:\(server.port)/team/app"
    let first = try Self.cp(project, "HEAD", "\(ours):v1", "--referrers")
    let records = try #require(first["referrers"] as? [String])
    #expect(records.count == 1)
    for target in ["oci:out:v1", "oci-archive:a.tar:v1"] {
      let done = try Self.cp(project, "\(ours):v1", target, "--referrers")
      #expect(done["referrers"] as? [String] == records)
      let onwards = try Self.cp(project, target, "oci:again:v1", "--referrers")
      #expect(onwards["referrers"] as? [String] == records)
      #expect(onwards["digest"] as? String == image)
    }
    let alone = try Self.cp(project, "\(ours):v1", "oci:alone:v1")
    #expect(alone["referrers"] as? [String] == [])
    // A record is an object as any other.
    let record = try Self.cp(project, records[0], "oci:record:v1")
    #expect(record["digest"] as? String == records[0])
    guard ForeignPrograms.isExpected("docker-registry") else { return }
    let docker = try DockerRegistry()
    let there = "docker://\(docker.host)/team/app"
    _ = try Self.cp(project, "oci:out:v1", "\(there):v1", "--referrers")
    let back = try Self.cp(project, "\(there):v1", "oci:from-docker:v1", "--referrers")
    #expect(back["referrers"] as? [String] == records)
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("skopeo"), "skopeo is not installed"))
  func skopeoReadsWhatWeWrote() throws {
    let (project, image) = try Self.deployed()
    let docker = try DockerRegistry()
    for (number, target) in [
      "oci:out:v1", "oci-archive:a.tar:v1", "docker://\(docker.host)/app:v1",
    ].enumerated() {
      _ = try Self.cp(project, "HEAD", target)
      let back = try Self.skopeo(
        ["copy", "--preserve-digests", "--src-tls-verify=false", target, "oci:back\(number):v1"],
        in: project)
      #expect(back.status == 0, "\(target): \(back.errors)")
      let bytes = try project.read("back\(number)/blobs/sha256/\(image.dropFirst(7))")
      #expect("\(Digest.sha256(of: bytes))" == image)
    }
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("skopeo"), "skopeo is not installed"))
  func weReadWhatSkopeoWrote() throws {
    let (project, image) = try Self.deployed()
    let docker = try DockerRegistry()
    _ = try Self.cp(project, "HEAD", "oci:out:v1")
    for (number, target) in [
      "oci:theirs:some.registry/a/b:v1", "oci-archive:theirs.tar:some.registry/a/b:v1",
      "docker://\(docker.host)/app:v1",
    ].enumerated() {
      let copy = try Self.skopeo(
        ["copy", "--preserve-digests", "--dest-tls-verify=false", "oci:out:v1", target],
        in: project)
      #expect(copy.status == 0, "\(target): \(copy.errors)")
      let back = try Self.cp(project, target, "oci:back:v\(number)")
      #expect(back["digest"] as? String == image)
    }
    // An entry of theirs stays what it is, byte for byte, beside ours.
    let before = try project.text("theirs/index.json")
    let entry = try #require(before.firstMatch(of: /\{"mediaType[^\]]*/)).output
    _ = try Self.cp(project, "oci:out:v1", "oci:theirs:ours")
    #expect(try project.text("theirs/index.json").contains(entry), "\(before)")
    let theirs = try Self.skopeo(["inspect", "oci:theirs:some.registry/a/b:v1"], in: project)
    #expect(theirs.status == 0, "\(theirs.errors)")
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("skopeo"), "skopeo is not installed"))
  func anArchiveOfDockersIsRefusedByName() throws {
    let (project, _) = try Self.deployed()
    _ = try Self.cp(project, "HEAD", "oci:out:v1")
    let copy = try Self.skopeo(
      ["copy", "oci:out:v1", "docker-archive:docker.tar:app:v1"], in: project)
    #expect(copy.status == 0, "\(copy.errors)")
    let named = try project.zigttp("store", "cp", "docker-archive:docker.tar", "oci:x:v1")
    #expect(named.status == 64)
    #expect(named.errors.contains("skopeo copy docker-archive:docker.tar"), "\(named.errors)")
    let opened = try project.zigttp("store", "cp", "oci-archive:docker.tar", "oci:x:v1")
    #expect(opened.status == 1)
    #expect(opened.errors.contains("as docker writes it"), "\(opened.errors)")
    #expect(!project.has("x"))
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("umoci"), "umoci is not installed"))
  func umociReadsAFolder() throws {
    let (project, _) = try Self.deployed()
    _ = try Self.cp(project, "HEAD", "oci:out:v1")
    let unpacked = try Self.tool(
      "umoci", ["raw", "unpack", "--rootless", "--image", "out:v1", "root"], in: project)
    #expect(unpacked.status == 0, "\(unpacked.errors)")
    #expect(project.has("root/app/contract.json") || project.has("root/app/app.json"))
    // What it adds to an image of ours, we read.
    _ = try Self.tool(
      "umoci", ["config", "--image", "out:v1", "--tag", "v2", "--author", "somebody"], in: project)
    let theirs = try Self.cp(project, "oci:out:v2", "oci-archive:a.tar:v2")
    #expect((theirs["digest"] as? String)?.hasPrefix("sha256:") == true)
  }

  /// Several into one folder at once: nobody's entry is lost.
  @Test func manyIntoOneFolder() throws {
    let (project, _) = try Self.deployed()
    _ = try Self.cp(project, "HEAD", "oci-archive:a.tar:v1")
    for folder in ["new", ".zigttp"] {
      let children = try (0..<6).map { number in
        try Child(
          Command(
            executable: Programs.zigttp,
            arguments: ["store", "cp", "oci-archive:a.tar:v1", "oci:\(folder):t\(number)"],
            directory: project.path, environment: project.environment()),
          output: "\(project.path)/out\(number)", errors: "\(project.path)/err\(number)")
      }
      for (number, child) in children.enumerated() {
        let status = child.wait()
        let errors = try project.text("err\(number)")
        #expect(status == 0, "\(errors)")
      }
      let index = try project.text("\(folder)/index.json")
      for number in 0..<6 { #expect(index.contains(#""t\#(number)""#), "\(folder): \(index)") }
    }
    #expect(try project.zigttp("store", "fsck").status == 0)
  }

  /// Killed at any moment and run again, a copy converges, and nothing is named before it is there.
  @Test func killedInTheMiddle() throws {
    let (project, image) = try Self.deployed()
    let server = try Self.ours(project)
    let app = "docker://127.0.0.1:\(server.port)/app"
    for round in 0..<9 {
      let target = ["oci:out\(round):v1", "oci-archive:out\(round).tar:v1", "\(app)\(round):v1"][
        round % 3]
      let child = try Child(
        Command(
          executable: Programs.zigttp, arguments: ["store", "cp", "HEAD", target],
          directory: project.path, environment: project.environment()),
        output: "/dev/null", errors: "/dev/null")
      usleep(UInt32.random(in: 5_000..<120_000))
      kill(child.pid, SIGKILL)
      _ = child.wait()
      if round % 3 == 1 {
        let leftovers = try FileManager.default.contentsOfDirectory(atPath: project.path)
        #expect(leftovers.allSatisfy { $0 == ".zigttp" || !$0.hasPrefix(".") }, "\(leftovers)")
      }
      let done = try Self.cp(project, "HEAD", target)
      #expect(done["digest"] as? String == image)
      let back = try Self.cp(project, target, "oci:check:v\(round)")
      #expect(back["digest"] as? String == image)
    }
  }

  /// An image from elsewhere in the store: nobody names it, or index.json does.
  @Test func anImageIntoTheStore() throws {
    let (project, image) = try Self.deployed()
    _ = try Self.cp(project, "HEAD", "oci-archive:a.tar:v1")
    let other = try Workspace(Self.files)
    try other.deploy()
    try FileManager.default.removeItem(atPath: other.path + "/.zigttp/blobs/sha256")
    try FileManager.default.createDirectory(
      atPath: other.path + "/.zigttp/blobs/sha256", withIntermediateDirectories: false)
    let source = "oci-archive:\(project.path)/a.tar"
    let added = try other.zigttp("store", "add", source, "--tag", "theirs", "--json")
    #expect(added.status == 0, "\(added.errors)")
    #expect(try DocumentSchema.problems(added, "store-add-v1") == [])
    #expect(added.output.contains(image))
    #expect(try other.text(".zigttp/index.json").contains(#""theirs""#))
    let plain = try other.zigttp("store", "add", source)
    #expect(plain.output.hasPrefix("\(image)  "), "\(plain.output)")
    // The tag of a service is a deploy's.
    let service = try #require(
      try other.text(".zigttp/index.json").firstMatch(of: /"dev.zigttp.service":"([^"]*)"/))
    let taken = try other.zigttp("store", "cp", source, "oci:.zigttp:\(service.output.1)")
    #expect(taken.status == 1)
    #expect(taken.errors.contains("which only a deploy gives"), "\(taken.errors)")
  }

  @Test func whatIsRefusedBeforeAnythingIsMoved() throws {
    let (project, image) = try Self.deployed()
    try project.write("folder/notes.txt", "mine")
    let other = "sha256:" + String(repeating: "0", count: 64)
    for (words, status, says) in [
      (["HEAD", "x"], 64, "is no address"), (["HEAD", "oci:a:b c"], 64, "is no address"),
      (["nobody", "oci:x:v1"], 1, "nothing here is called 'nobody'"),
      (["HEAD", "oci:folder:v1"], 1, "folder is no OCI image layout"),
      (["HEAD", "oci:x:v1@\(other)"], 1, "is to have \(other)"),
      (["HEAD", "oci-archive:folder:v1"], 1, "folder"),
      (["HEAD", "oci-archive:none/x.tar:v1"], 1, "none"),
      (["oci:nothing:v1", "oci:x:v1"], 1, "nothing is no OCI image layout"),
      (["oci:.zigttp:none", "oci:x:v1"], 1, "has nothing called 'none'"),
      (["oci-archive:folder/notes.txt", "oci:x:v1"], 1, "folder/notes.txt"),
      ([other, "oci:x:v1"], 1, "lacks \(other)"),
    ] as [([String], Int32, String)] {
      let result = try project.run(["store", "cp"] + words)
      #expect(result.status == status, "\(words): \(result.errors)")
      #expect(result.errors.contains(says), "\(words): \(result.errors)")
      #expect(!project.has("x"), "\(words)")
    }
    #expect(project.files(below: "folder") == ["notes.txt"])
    let named = try Self.cp(project, "HEAD", "oci:x:v1@\(image)")
    #expect(named["digest"] as? String == image)
  }

  /// Who asks is found where other tools leave it, and is asked for only when the registry wants to
  /// know.
  @Test func whoAsksIsFoundWhereOthersLeaveIt() throws {
    let (project, image) = try Self.deployed()
    let made = try project.run([
      "registry", "token", "create", "--data", "registry", "--can", "pull,push",
    ])
    let reader = try project.run([
      "registry", "token", "create", "--data", "registry", "--can", "pull",
    ])
    let (token, reading) = (made.lines[0], reader.lines[0])
    let server = try Server.start(
      Programs.zigttp,
      [
        "registry", "serve", "--data", project.path + "/registry", "--listen", "127.0.0.1:0",
        "--require-token",
      ], project)
    let host = "127.0.0.1:\(server.port)"
    func copy(_ environment: [String: String] = [:]) throws -> Command.Result {
      try project.zigttp(
        "store", "cp", "HEAD", "docker://\(host)/team/app:v1", environment: environment)
    }
    let nobody = try copy()
    #expect(nobody.status == 1)
    #expect(nobody.errors.contains("does not take who asks"), "\(nobody.errors)")
    #expect(nobody.errors.contains("docker login \(host)"), "\(nobody.errors)")
    func config(_ secret: String) -> String {
      let both = Data("user:\(secret)".utf8).base64EncodedString()
      return #"{"auths":{"\#(host)/team":{"auth":"\#(both)"}}}"#
    }
    try project.write("wrong.json", config("wrong"))
    let wrong = try copy(["REGISTRY_AUTH_FILE": project.path + "/wrong.json"])
    #expect(wrong.status == 1 && !wrong.errors.contains("wrong\""), "\(wrong.errors)")
    try project.write("reader.json", config(reading))
    let reads = try copy(["REGISTRY_AUTH_FILE": project.path + "/reader.json"])
    #expect(reads.status == 1)
    #expect(reads.errors.contains("does not allow it"), "\(reads.errors)")
    try project.write("broken.json", "[")
    let broken = try copy(["REGISTRY_AUTH_FILE": project.path + "/broken.json"])
    #expect(broken.errors.contains("broken.json: no credential could be read"), "\(broken.errors)")
    try project.write("docker/config.json", config(token))
    let docker = try copy(["DOCKER_CONFIG": project.path + "/docker"])
    #expect(docker.status == 0, "\(docker.errors)")
    try project.write("netrc", "machine 127.0.0.1 login user password \(token)\n")
    let netrc = try copy(["NETRC": project.path + "/netrc"])
    #expect(netrc.status == 0, "\(netrc.errors)")
    for result in [nobody, wrong, reads, broken, docker, netrc] {
      #expect(!(result.output + result.errors).contains(token))
      #expect(!(result.output + result.errors).contains(reading))
    }
    let back = try project.zigttp(
      "store", "add", "docker://\(host)/team/app:v1",
      environment: ["REGISTRY_AUTH_FILE": project.path + "/reader.json"])
    #expect(back.output.hasPrefix("\(image)  "), "\(back.errors)")
  }

  @Test func whatImagesAreNamedByIsHelped() throws {
    let project = try Workspace()
    let page = try project.zigttp("help", "refs")
    #expect(page.status == 0)
    for text in ["docker://", "oci:DIR", "oci-archive:FILE", "HEAD~N", "first colon"] {
      #expect(page.output.contains(text))
    }
    #expect(page.lines.allSatisfy { $0.count <= 100 })
  }
}
