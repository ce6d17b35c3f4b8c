import ArgumentParser
import ContentStore
import Encodings
import Files
import Glibc
import Reports
import SystemPackage
import Transfers

/// `zigttp store add`
struct StoreAddCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add files, or images from elsewhere, and print their digests.",
    discussion: """
      Prints `sha256:<digest>  <size>` for each file, in the order they were given, once they are \
      on the device. A file or folder that cannot be read is named and the others are added all \
      the same (exit 1).

      An address (docker://HOST/REPOSITORY[:TAG|@DIGEST], oci:DIR[:TAG|@DIGEST], \
      oci-archive:FILE[:TAG|@DIGEST]) adds an image or artifact with all that it leads to; printed \
      is the digest that its tag stood for. A file of such a name is written ./oci:x. With --tag, \
      index.json names the image, and it stays until that entry goes.

      What is added otherwise is named by nothing yet: `zigttp store gc` removes it after its grace period \
      (an hour, see --grace there) unless a deploy, a tag or a row of the ledger names it until \
      then. While the command runs, a lease keeps it.
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Read the paths of the files from stdin, one a line.")
  var stdinPaths = false

  @Flag(name: .shortAndLong, help: "Add every file below a folder, sorted by path.")
  var recursive = false

  @Flag(help: "Add what is attached to an image, too, and what is attached to that.")
  var referrers = false

  @Option(help: ArgumentHelp("Name the image so in index.json, which keeps it.", valueName: "name"))
  var tag: String?

  @OptionGroup var registries: RegistryAccessOptions

  @Argument(
    help: ArgumentHelp("Files or addresses; - is what comes on stdin.", valueName: "file"))
  var files: [String] = []

  // Enough to keep the disk busy, and few enough to hold in memory.
  private static let chunk = 1 << 14

  func validate() throws {
    if tag != nil, files.count != 1 || !ImageAddress.isMeant(by: files[0]) {
      throw ValidationError("--tag is for one address")
    }
    if let tag, EntryName(tag) == nil {
      throw ValidationError(
        "--tag is '\(tag)', expected letters and digits with one of - . _ : @ + / between them")
    }
    guard stdinPaths != files.isEmpty else { return }
    throw ValidationError(
      files.isEmpty
        ? "expected files, - or --stdin-paths" : "--stdin-paths and files exclude each other")
  }

  mutating func run() throws {
    guard files.filter({ $0 == "-" }).count < 2 else {
      throw CommandFailure(.usage, "- stands for stdin, which can be read once only")
    }
    let store = try Invocation.current(global).existingStore(named: global.store)
    let batch = try store.begin()
    defer { batch.end() }
    var report = AddedObjects(isJSON: global.json)
    if stdinPaths {
      let lines = InputLines()
      while true {
        let names = try lines.next(Self.chunk)
        if names.isEmpty { break }
        for name in names where name.text == nil {
          report.miss(name.shown, "\(name.shown): its name is not UTF-8")
        }
        try add(names.compactMap(\.text), to: batch, of: store, &report)
      }
    } else {
      try add(files, to: batch, of: store, &report)
    }
    for digest in batch.replaced {
      Console().tell(
        "\(digest) was damaged; it was moved to quarantine and the good object is in its place")
    }
    try report.finish()
  }

  private func add(
    _ names: [String], to batch: BlobBatch, of store: ContentStore, _ report: inout AddedObjects
  ) throws {
    var paths: [String] = []
    func flush() throws {
      guard !paths.isEmpty else { return }
      let results = try batch.add(files: paths)
      try batch.commit()
      for (path, result) in zip(paths, results) { try report.take(path, result) }
      paths = []
    }
    for name in names {
      if !stdinPaths, ImageAddress.isMeant(by: name) {
        try flush()
        try report.take(name, .success(try addImage(name, to: store)))
      } else if name == "-" {
        try flush()
        let blob = try addInput(to: batch)
        try batch.commit()
        try report.take("-", .success(blob))
      } else if recursive {
        try FileTree.walk(name) { entry in
          switch entry {
          case .file(let path):
            paths.append(path)
            if paths.count == Self.chunk { try flush() }
          case .unreadable(let path, let reason): report.miss(path, "\(path): \(reason)")
          }
        }
      } else {
        paths.append(name)
      }
    }
    try flush()
  }

  /// Adds what an address names, with all that it leads to.
  private func addImage(_ text: String, to store: ContentStore) throws -> Blob {
    let access = RegistryAccess(registries)
    let source = try access.source(try ImageAddress(text))
    let target = LayoutFolder(
      LayoutReference(path: store.layout.root, name: tag.flatMap { EntryName($0) }),
      isListed: tag != nil
    ) { Console().tell(WriterLock.wording(ofWaitFor: $0)) }
    let progress = TransferProgress("Adding")
    defer { progress.end() }
    return try ImageCopy(withReferrers: referrers, tell: progress.take)
      .run(from: source, to: target).root.blob
  }

  private func addInput(to batch: BlobBatch) throws -> Blob {
    var writer = try batch.writer()
    let buffer = FileBuffer(1 << 20)
    while true {
      let got: Int
      do throws(Errno) { got = try StandardStream.read(into: buffer.bytes) } catch {
        throw CommandFailure(.failure, "stdin: \(error)")
      }
      if got == 0 { return try writer.finish() }
      try writer.write(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<got]))
    }
  }
}

/// What `store add` prints, as the objects become durable.
private struct AddedObjects {
  private let isJSON: Bool
  private let console = Console()
  // As text what was printed needs not be held.
  private var document = AddedDocument()
  private var missed = 0
  private var text: SafeText = ""

  init(isJSON: Bool) { self.isJSON = isJSON }

  mutating func take(_ path: String, _ result: Result<Blob, StoreError>) throws {
    switch result {
    case .success(let blob) where isJSON: document.add(path, blob)
    case .success(let blob):
      text += AddedDocument.line(blob)
      if text.text.utf8.count >= 1 << 16 { try flush() }
    case .failure(let error): miss(path, CommandFailure(error).message)
    }
  }

  mutating func miss(_ path: String, _ reason: SafeText) {
    console.warn("not added: \(reason)")
    missed += 1
    if isJSON { document.miss(path, reason) }
  }

  private mutating func flush() throws {
    try console.answer(text)
    text = ""
  }

  mutating func finish() throws {
    if isJSON { try console.answer(document, asJSON: true) } else { try flush() }
    if missed > 0 {
      throw CommandFailure(.failure, "\(missed) of what was named could not be added")
    }
  }
}
