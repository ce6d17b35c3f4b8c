import ArgumentParser
import ContentStore
import Reports

/// `zigttp store ls`
struct StoreLsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls", abstract: "List every object with its size in bytes.")

  @OptionGroup var global: GlobalOptions

  mutating func run() throws {
    let blobs = try Invocation.current(global).existingStore(named: global.store).blobs
    var objects: [Blob] = []
    var damaged: [CommandFailure] = []
    for digest in try blobs.list() {
      do throws(StoreError) {
        if let size = try blobs.size(of: digest) {
          objects.append(Blob(digest: digest, size: size))
        }
      } catch {
        damaged.append(CommandFailure(error))
      }
    }
    try Console().answer(ObjectsDocument(objects), asJSON: global.json)
    for failure in damaged { Console().warn(failure.message) }
    if let first = damaged.first { throw CommandFailure(answered: first.status, first.message) }
  }
}
