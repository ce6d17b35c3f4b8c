import TestSupport
import Testing

/// Both programs know what they were called with where the system does not say how their memory is
/// laid out, which is where Swift looks for it.
@Suite(.enabled(if: ForeignPrograms.isExpected("strace"), "strace is not installed"))
struct ArgumentsTests {
  @Test(arguments: [("zigttp", "--version"), ("zigttp-runtime", "version")])
  func areThereWithoutProc(program: String, argument: String) throws {
    let project = try Workspace()
    let run = try Command(
      executable: try #require(ForeignPrograms.find("strace")),
      arguments: [
        "-o", project.home + "/trace", "-P", "/proc/self/maps", "-e", "inject=openat:error=EIO",
        Programs.folder + "/" + program, argument,
      ], directory: project.path, environment: project.environment()
    ).run()
    let plain = try Command(
      executable: Programs.folder + "/" + program, arguments: [argument],
      directory: project.path, environment: project.environment()
    ).run()
    #expect(run.status == 0 && run.output == plain.output)
    #expect(run.output.utf8.count < 80, "no help in its place")
  }
}
