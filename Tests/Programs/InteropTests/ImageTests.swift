import Foundation
import TestSupport
import Testing

/// The store as other programs see it, and the image as they run it: the same answers as the
/// self-contained binary.
///
/// The runtime in it is the release one, because only that is static.
struct ImageTests {
  private func deployed() throws -> Workspace {
    let project = try Workspace([
      "handler.ts": Samples.greeter, "package.json": #"{"name":"greeter"}"#,
    ])
    let result = try Command(
      executable: Programs.zigttp,
      arguments: ["deploy", "--local", "--runtime", Programs.staticRuntime],
      directory: project.path, environment: ["PATH": "/usr/bin:/bin", "HOME": project.home]
    ).run()
    #expect(result.status == 0, "\(result.errors)")
    return project
  }

  private func run(_ program: String, _ arguments: [String], _ project: Workspace) throws
    -> Command.Result
  {
    let path = try #require(ForeignPrograms.find(program), "\(program) is not installed")
    return try Command(
      executable: path, arguments: arguments, directory: project.path,
      environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": project.home]
    ).run()
  }

  /// Unpacks the image with umoci and gives the root folder.
  private func unpacked(_ project: Workspace) throws -> String {
    let result = try run(
      "umoci", ["unpack", "--rootless", "--image", ".zigttp:greeter", "bundle"], project)
    #expect(result.status == 0, "\(result.errors)")
    return project.path + "/bundle/rootfs"
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("skopeo"), "skopeo is not installed"))
  func skopeoReadsTheStore() throws {
    let project = try deployed()
    let inspect = try run("skopeo", ["inspect", "oci:.zigttp:greeter"], project)
    #expect(inspect.status == 0, "\(inspect.errors)")
    let document = try Workspace.json(inspect)
    let labels = try #require(document["Labels"] as? [String: String])
    #expect(labels["zigttp.proof-level"] == "complete")
    #expect(labels["zigttp.env-vars"] == #"["GREETING"]"#)
    let copy = try run(
      "skopeo", ["--insecure-policy", "copy", "oci:.zigttp:greeter", "oci:copy:greeter"], project)
    #expect(copy.status == 0, "\(copy.errors)")
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("umoci"), "umoci is not installed"))
  func umociUnpacksTheImage() throws {
    let project = try deployed()
    let root = try unpacked(project)
    for file in [
      "zigttp-runtime", "etc/ssl/certs/ca-certificates.crt", "app/app.json",
      "app/contract.json", "app/source/handler.ts",
    ] {
      #expect(FileManager.default.fileExists(atPath: "\(root)/\(file)"), "\(file)")
    }
  }

  @Test(
    .enabled(if: ForeignPrograms.isExpected("umoci"), "umoci is not installed"),
    .enabled(if: getuid() == 0, "chroot needs root"))
  func unpackedRootServesUnderChroot() throws {
    let project = try deployed()
    let root = try unpacked(project)
    let binary = try Server.start(
      project.path + "/.zigttp/deploy/greeter", ["serve", "--port", "0"], project)
    defer { binary.stop() }
    // /proc is all that the root lacks.
    let script =
      "mkdir -p '\(root)/proc' && mount -t proc proc '\(root)/proc' && "
      + "exec /usr/sbin/chroot '\(root)' /zigttp-runtime serve /app --port 0"
    let image = try Server.start("/usr/bin/unshare", ["-m", "/bin/sh", "-c", script], project)
    defer { image.stop() }
    for path in ["/health", "/hello/ada", "/nowhere", "/.well-known/zigttp"] {
      let (one, other) = (try binary.get(path), try image.get(path))
      #expect(one.body == other.body && one.status == other.status, "\(path)")
    }
    #expect(try image.get("/hello/ada").body == #"{"greeting":"hello","name":"ada"}"#)
  }

  @Test(
    .enabled(
      if: ForeignPrograms.isExpected("podman") && ForeignPrograms.isExpected("runc"),
      "podman is not installed"),
    .enabled(if: getuid() == 0, "podman runs as root here"))
  func imageServesUnderPodman() throws {
    let project = try deployed()
    let name = "zigttp-test-\(getpid())"
    let image = "localhost/\(name):v1"
    let copy = try run(
      "skopeo",
      ["--insecure-policy", "copy", "oci:.zigttp:greeter", "containers-storage:\(image)"], project)
    #expect(copy.status == 0, "\(copy.errors)")
    let podman = ["--cgroup-manager=cgroupfs", "--runtime", "runc"]
    defer {
      _ = try? run("podman", podman + ["rm", "-f", "-t", "0", name], project)
      _ = try? run("podman", podman + ["rmi", "-f", image], project)
    }
    let port = try Server.freePort()
    // Host networking: the entrypoint's own port 3000 may be taken, so the arguments replace it.
    let started = try run(
      "podman",
      podman + [
        "run", "-d", "--name", name, "--network", "host", "--read-only",
        "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000",
        "--entrypoint", "/zigttp-runtime", image,
        "serve", "/app", "--host", "127.0.0.1", "--port", String(port),
      ], project)
    #expect(started.status == 0, "\(started.errors)")
    let server = Server(address: "127.0.0.1", port: port)
    try server.waitUntilReady()
    #expect(try server.get("/hello/ada").body == #"{"greeting":"hello","name":"ada"}"#)
    let binary = try Server.start(
      project.path + "/.zigttp/deploy/greeter", ["serve", "--port", "0"], project)
    defer { binary.stop() }
    #expect(
      try binary.get("/.well-known/zigttp").body == server.get("/.well-known/zigttp").body)
  }
}
