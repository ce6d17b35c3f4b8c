import Archive
import ContentStore
import Contracts
import Digests
import Encodings
import JSON
import OCIImage

extension ArtifactInspection {
  /// The app as it was unpacked.
  struct ReadApp {
    var appDigest: Digest
    var sources: [AppLayer.File]
    var contractBytes: [UInt8]
    /// Nil where `contract.json` is no contract.
    var contract: Contract?

    /// What a row says of the contract.
    var facts: Facts? {
      guard var facts = contract?.facts else { return nil }
      facts.contractSha = Digest.sha256(of: contractBytes).hex
      return facts
    }
  }

  /// Looks into the app's tar: the one of the program where that is asked about.
  mutating func readApp() {
    guard let tar = program?.tar ?? image?.appTar else { return }
    report.compare(
      .appTar, "", expected: AppTar.expected, found: AppTar.problem(in: tar) ?? AppTar.expected)
    let files: AppFiles
    do throws(ImageError) { files = try AppFiles(MemorySource(tar)) } catch {
      report.fail(.appFile, "", error)
      return
    }
    let differences = files.differences
    for error in differences { report.fail(.appFile, "", error) }
    let changed = Set(differences.compactMap(\.appFile))
    for (path, bytes) in files.inOrder where !changed.contains(path) {
      report.pass(.appFile, path, Digest.sha256(of: bytes).hex)
    }
    guard let contract = files["contract.json"] else { return }
    app = ReadApp(
      appDigest: files.appDigest, sources: files.sources,
      contractBytes: contract)
    inspectContract(contract)
    inspectLabels()
  }

  private mutating func inspectContract(_ bytes: [UInt8]) {
    let sha = Digest.sha256(of: bytes).hex
    do throws(JSONError) {
      let document = try CanonicalJSON.parseExact(bytes)
      app?.contract = try Contract(document: document)
      report.pass(.contract, "", "canonical, \(sha)")
    } catch {
      report.fail(
        .contract, "", expected: "a contract in canonical JSON", found: "\(error), \(sha)")
    }
  }

  private mutating func inspectLabels() {
    guard let labels = image?.config?.labels, let app, let facts = app.facts else { return }
    let expected = ImageLabels.labels(for: facts, appDigest: app.appDigest)
    for name in UTF8Order.sortedUnique(Array(expected.keys) + Array(labels.keys)) {
      report.compare(.label, name, expected: expected[name], found: labels[name])
    }
  }
}

extension ImageError {
  /// The file of the app that it is about.
  fileprivate var appFile: String? {
    switch self {
    case .appFileUnexpected(let path), .appFileMissing(let path), .appFileChanged(let path, _, _):
      path
    default: nil
    }
  }
}
