import ArgumentParser
import ContentStore
import Digests
import Encodings
import Files
import Reports
import Transfers

/// `zigttp store cp`
struct StoreCpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cp", abstract: "Copy an image or an artifact from one place to another.",
    discussion: """
      A SOURCE is an address, docker://HOST/REPOSITORY[:TAG|@DIGEST], oci:DIR[:TAG|@DIGEST] or \
      oci-archive:FILE[:TAG|@DIGEST]; or what the store has: a ref, which means the image of its \
      row, or a whole digest, which means that object. A TARGET is an address; a folder or file that \
      is not there is made, a file that is there is replaced. `zigttp help refs` says it all.

      Prints the digest that the source's name stood for, and what was moved. All of it is verified \
      on its way, what is there already is not moved again, and the name at the target comes last: \
      a copy that was interrupted is taken up where it was by running it again. An index is copied \
      with all of its manifests; with --referrers what is attached to it goes along: the deploy \
      record of an image, signatures.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var registries: RegistryAccessOptions

  @Flag(help: "Copy what is attached to it, too, and what is attached to that.")
  var referrers = false

  @Argument(help: "What to copy: an address, a ref or a digest.")
  var source: String

  @Argument(help: "Where to: an address.")
  var target: String

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    guard ImageAddress.isMeant(by: target) else {
      throw CommandFailure(
        .usage, "'\(target)' is no address: expected docker://, oci: or oci-archive:",
        next: "`zigttp store add` takes an image into the store.")
    }
    let access = RegistryAccess(registries)
    let to = try ImageAddress(target)
    var from: ImageAddress?
    if ImageAddress.isMeant(by: source) { from = try ImageAddress(source) }
    let place: any ImageSource =
      try from.map { try access.source($0) } ?? StoredImage.find(source, global, invocation)
    let progress = TransferProgress(Self.verb(from, to))
    defer { progress.end() }
    let outcome = try ImageCopy(withReferrers: referrers, tell: progress.take)
      .run(from: place, to: try access.target(to, from: from))
    progress.end()
    let moved = CopiedDocument.Moved(
      objects: outcome.written, bytes: outcome.bytes, present: outcome.present)
    try Console().answer(
      CopiedDocument(
        from: source, to: to.description, outcome.root, moved, referrers: outcome.referrers,
        foreign: outcome.foreign), asJSON: global.json)
  }

  private static func verb(_ source: ImageAddress?, _ target: ImageAddress) -> SafeText {
    if case .registry = target { return "Uploading" }
    if case .registry? = source { return "Downloading" }
    return "Copying"
  }
}
