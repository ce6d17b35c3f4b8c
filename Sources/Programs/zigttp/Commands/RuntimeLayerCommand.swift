import ArgumentParser
import Deployment

/// `zigttp runtime-layer`: what `make build` runs once, so that no deploy has to compress the
/// runtime.
struct RuntimeLayerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runtime-layer",
    abstract: "Write the compressed image layer of a runtime to a file.", shouldDisplay: false)

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("The runtime to pack.", valueName: "file"))
  var runtime: String?

  @Option(help: ArgumentHelp("Where to write the layer.", valueName: "file"))
  var output: String

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let parts = try RuntimeParts.locate(invocation.runtimeSearch(named: runtime))
    let size = try parts.writeLayer(to: output)
    Console().tell("\(output): \(size) bytes")
  }
}
