import ArgumentParser
import ContentStore
import Digests
import JSON

/// `zigttp store`: the objects themselves.
struct StoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "Look at the objects of the store, check and collect them.",
    subcommands: [
      List.self, Cat.self, StoreAddCommand.self, StoreWhyCommand.self, StoreClosureCommand.self,
      StoreFsckCommand.self, StoreGcCommand.self, StoreReindexCommand.self, StoreStatsCommand.self,
    ])

  /// `store ls`
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ls", abstract: "List every object with its size in bytes.")

    @OptionGroup var global: GlobalOptions

    mutating func run() throws {
      let blobs = try Invocation.current().existingStore(named: global.store).blobs
      var objects: [(Digest, UInt64)] = []
      var damaged: [CommandFailure] = []
      for digest in try blobs.list() {
        do throws(StoreError) {
          if let size = try blobs.size(of: digest) { objects.append((digest, size)) }
        } catch {
          damaged.append(CommandFailure(error))
        }
      }
      if global.json {
        let rows = objects.map { digest, size -> JSONValue in
          ["digest": .string(digest.description), "size": .integer(Int64(size))]
        }
        let document: JSONValue = [
          "schema": "https://zigttp.dev/schema/store-ls-v1.json", "objects": .array(rows),
        ]
        try Console().answer(document.minified + "\n")
      } else {
        try Console().answer(objects.map { "\($0)  \($1)\n" }.joined())
      }
      for failure in damaged { Console().warn(failure.message) }
      if let first = damaged.first { throw first.status.exitCode }
    }
  }

  /// `store cat`
  struct Cat: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "cat", abstract: "Print an object's bytes, after they were verified.")

    @OptionGroup var global: GlobalOptions

    @Argument(help: "sha256:<64 hex digits>, or the first 4 or more of them.")
    var object: String

    mutating func run() throws {
      // A whole name needs no index, which could only be in the way.
      let whole = Digest(object) ?? Digest(sha256Hex: object)
      let (store, name) =
        try whole.map {
          (try Invocation.current().existingStore(named: global.store), $0)
        } ?? find()
      let console = Console()
      // Twice, because nothing may be printed that turns out to be something else.
      try store.blobs.verify(name)
      try store.blobs.stream(name) { try console.answer(bytes: $0) }
    }

    private func find() throws -> (ContentStore, Digest) {
      let history = try History(of: global)
      return (history.store, try history.graph.object(object))
    }
  }
}
