import ArgumentParser
import ArtifactGraph
import ContentStore
import Digests
import OCIImage
import Transfers

/// Where to get objects that are deliberately elsewhere, when a command needs them.
struct FetchOptions: ParsableArguments {
  @Option(
    name: .customLong("fetch"),
    help: ArgumentHelp(
      "Fetch what is not here from this repository, HOST/REPOSITORY.", valueName: "repository"))
  var repository: String?

  @OptionGroup var registry: RegistryAccessOptions

  /// Brings an object and all it leads to, where it is not here and a repository was named; a record's
  /// line in `shallow` goes.
  func bring(_ object: Digest, to store: ContentStore, _ invocation: Invocation) throws {
    guard let repository else { return try adviseOnAbsence(of: object, in: store) }
    let isShallow = try store.shallow.read().contains(object)
    if !isShallow, try store.blobs.has(object) { return }
    let access = try RepositoryAccess(repository, registry)
    let console = Console()
    let outcome = try access.moving("Downloading") { blobs, tell in
      try RecordFetch(store, from: blobs) {
        try store.lockForWriting(command: "fetch") { tell(.waiting($0)) }
      }.run(object, tell: tell)
    }
    if let broken = outcome.broken.first { throw broken.error }
    guard outcome.absent.isEmpty else {
      throw CommandFailure(.failure, "\(access.name) does not have \(object) either")
    }
    console.tell(
      "Fetched \(object): \(outcome.moved.objects) object(s), \(outcome.moved.bytes) bytes.")
  }

  /// A row with what its record says, where that is not here and a repository was named.
  func complete(_ row: FoundRow, in history: History) throws -> FoundRow {
    guard repository != nil, row.event.lacksRecord, let record = row.event.row.record else {
      return row
    }
    try bring(record, to: history.store, history.invocation)
    guard let event = try row.graph.event(line: row.event.line) else { return row }
    return FoundRow(event: event, graph: row.graph, origin: row.origin)
  }

  private func adviseOnAbsence(of object: Digest, in store: ContentStore) throws {
    guard try !store.blobs.has(object), try store.shallow.read().contains(object) else { return }
    throw CommandFailure(
      .failure, "\(object) is deliberately elsewhere: shallow lists it",
      next: "Name the repository that has it: --fetch HOST/REPOSITORY.")
  }
}
