import ArgumentParser
import Deployment
import Reports

/// `zigttp version`: of this program and of what it packs.
struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version",
    abstract: "Print the version, and the digests of the runtime and the CA bundle it packs.")

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("The runtime to look at.", valueName: "file"))
  var runtime: String?

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let console = Console()
    // The version is worth printing even where no runtime is installed.
    let parts = try? RuntimeParts.locate(invocation.runtimeSearch(named: runtime))
    let packed = try parts.map {
      (runtime: try $0.runtimeDigest(), certificates: $0.bundleDigest())
    }
    try console.answer(VersionDocument(Version.current, packed: packed), asJSON: global.json)
  }
}
