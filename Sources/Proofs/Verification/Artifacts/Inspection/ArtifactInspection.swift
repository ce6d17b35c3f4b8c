import Archive
import ContentStore
import Contracts
import Digests
import Ledger
import OCIImage

/// A verification under way: what was read so far, and what was found of it.
struct ArtifactInspection {
  let asked: ArtifactVerification
  var report = ArtifactReport()

  /// The row that the ledger's evidence is about.
  var row: LedgerRow?
  /// What was read of the image.
  var image: ReadImage?
  /// What the runtime's layer holds.
  var runtime: RuntimeLayerReader?
  /// The program file that was read.
  var program: ReadProgram?
  /// The app, from the program or else from the image.
  var app: ReadApp?
  /// The deploy record that was read.
  var record: DeployRecord?
  var recordConfig: DeployConfig?
  var recordSources: [AppLayer.File]?

  struct ReadImage {
    var descriptor: Descriptor
    var manifest: Manifest
    var config: ImageConfig?
    /// The app layer's bytes, where they are what they should be.
    var appTar: [UInt8]?
  }

  init(_ asked: ArtifactVerification) { self.asked = asked }

  mutating func run() throws {
    row = asked.evidence?.line.flatMap { try? LedgerRow(line: $0) }
    if case .binary(let file) = asked.subject { try readProgram(file) }
    if case .record(let descriptor) = asked.subject { try readRecord(descriptor) }
    if let found = try imageDescriptor() { try readImage(found) }
    readApp()
    try findRecord()
    compareRuntimes()
    compareRecord()
    proveAgain()
    compareService()
    compareRow()
    inspectLedger()
    try rebuildImage()
  }

  // The image that the subject is or leads to.
  private mutating func imageDescriptor() throws -> Descriptor? {
    let named: Digest?
    switch asked.subject {
    case .image(let descriptor): return descriptor
    case .record: named = record?.image.digest
    case .digest, .binary, .row, .service: named = row?.image
    }
    if case .record = asked.subject { return record?.image }
    // Rows of before leave it to the record.
    guard let digest = named else {
      guard let record = row?.record, asked.objects != nil else { return nil }
      try readRecord(
        Descriptor(mediaType: MediaType.manifest, digest: record, size: 0), sized: false)
      return self.record?.image
    }
    report.image = digest
    guard let objects = asked.objects else {
      report.skip(.manifest, digest.description, because: "the objects are not here")
      return nil
    }
    let size = try objects.size(of: digest, mediaType: MediaType.manifest)
    return Descriptor(mediaType: MediaType.manifest, digest: digest, size: size ?? 0)
  }

  // MARK: Reading

  /// Reads a whole object, and takes down whether it is what it is named as.
  ///
  /// - Parameter isSized: whether the descriptor's size is to be believed.
  /// - Returns: nil for what is not there, or not what it should be.
  /// - Throws: what kept it from looking.
  mutating func read(
    _ kind: ArtifactCheck.Kind, _ subject: String, _ descriptor: Descriptor, limit: Int,
    isSized: Bool = true
  ) throws(StoreError) -> [UInt8]? {
    guard let objects = asked.objects else {
      report.skip(kind, subject, because: "the objects are not here")
      return nil
    }
    do throws(StoreError) {
      var bytes: [UInt8] = []
      if isSized {
        guard descriptor.size <= UInt64(limit) else {
          throw StoreError(
            .tooLarge, digest: descriptor.digest, expected: "at most \(limit) bytes",
            found: "\(descriptor.size) bytes")
        }
        try objects.stream(descriptor) { (piece) throws(StoreError) in bytes += piece }
      } else {
        bytes = try objects.read(
          descriptor.digest, mediaType: descriptor.mediaType, limit: limit)
      }
      report.pass(kind, subject, "\(descriptor.digest) \(bytes.count) bytes")
      return bytes
    } catch {
      try take(error, kind, subject, descriptor)
      return nil
    }
  }

  /// Takes down why an object is not what it should be.
  ///
  /// - Throws: the error, where the reason does not lie in the object.
  mutating func take(
    _ error: StoreError, _ kind: ArtifactCheck.Kind, _ subject: String, _ descriptor: Descriptor
  ) throws(StoreError) {
    guard error.isOfTheObject else { throw error }
    let name = "\(descriptor.digest) \(descriptor.size) bytes"
    guard error.code == .missing else {
      let place = error.code == .malformed ? error.path.map { "\($0): " } ?? "" : ""
      report.fail(
        kind, subject, expected: place + (error.expected ?? name),
        found: error.found ?? "\(error.code)")
      return
    }
    let isElsewhere = !asked.elsewhere.isDisjoint(
      with: [descriptor.digest, row?.record, record?.descriptor.digest].compactMap(\.self))
    if isElsewhere {
      report.skip(kind, subject, because: "its objects are elsewhere, as the file shallow says")
    } else {
      report.add(
        ArtifactCheck(kind, subject, expected: name, found: "no such object", .missing))
    }
  }
}
