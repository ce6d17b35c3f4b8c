import ArgumentParser
import Deployment
import JSON

/// `zigttp version`: of this program and of what it packs.
struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version",
    abstract: "Print the version, and the digests of the runtime and the CA bundle it packs.")

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("The runtime to look at.", valueName: "file"))
  var runtime: String?

  mutating func run() throws {
    let invocation = try Invocation.current()
    let console = Console()
    // The version is worth printing even where no runtime is installed.
    let parts = try? RuntimeParts.locate(invocation.runtimeSearch(named: runtime))
    let digests = try parts.map { ("\(try $0.runtimeDigest())", "\($0.bundleDigest())") }
    if global.json {
      var document: JSONObject = [
        "schema": "https://zigttp.dev/schema/version-v1.json",
        "version": .string(Version.current),
      ]
      document["runtime"] = digests.map { .string($0.0) }
      document["certificates"] = digests.map { .string($0.1) }
      try console.answer(JSONValue.object(document).minified + "\n")
    } else {
      try console.answer(
        """
        zigttp        \(Version.current)
        runtime       \(digests?.0 ?? "none found")
        certificates  \(digests?.1 ?? "none found")

        """)
    }
  }
}
