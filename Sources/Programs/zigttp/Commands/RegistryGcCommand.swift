import ArgumentParser
import Files
import RegistryServer
import Reports

/// `zigttp registry gc`
struct RegistryGcCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc", abstract: "Remove what no repository needs, while nobody serves it.",
    discussion: """
      A server does this by itself (--collect-every). Here nobody knows what clients were told, so \
      every blob that no manifest names goes.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var place: RegistryDataOption

  mutating func run() throws {
    let layout = try Invocation.current(global).registry(place)
    guard try LinuxFileSystem().isFolder(layout.repositories) else {
      throw CommandFailure(.failure, "\(layout.root) is not a registry's folder")
    }
    let store = try RegistryStore(folder: layout.root)
    let outcome = try RegistryCollection(store, grace: .zero).run()
    let document = RegistryCollectionDocument(
      uploads: outcome.uploads, blobs: outcome.blobs, objects: outcome.objects,
      bytes: outcome.bytes, held: outcome.held)
    try Console().answer(document, asJSON: global.json)
  }
}
