import ContentStore
import Digests
import Files
import Ledger
import OCIImage

/// What follows from the ledger and can be made again from it.
extension StoreRepair {
  mutating func repairLeaves(_ findings: [Finding], _ ledger: LedgerSurvey) throws {
    // Leaves that say something else than the ledger are evidence.
    guard !findings.isEmpty, ledger.doubts.isEmpty, ledger.needsLeaves else { return }
    var bytes: [UInt8] = []
    try LedgerFile(store).read { bytes += $0.leafHash.bytes }
    try storing(store.files.replace(store.layout.leaves, with: bytes))
    done(.leavesStale, "leaves", nil)
  }

  mutating func repairIndex(_ findings: [Finding], _ ledger: LedgerSurvey) throws {
    guard !findings.isEmpty else { return }
    let newest = Index(newest: ledger.newestToPublish, in: store.blobs)
    let loss = try store.index.update {
      newest
    } _: { index in
      for entry in newest.manifests {
        guard let service = entry.annotations[Annotation.refName],
          let record = newest.record(of: service)
        else { continue }
        if index.image(of: service)?.digest != entry.digest
          || index.record(of: service)?.digest != record.digest
        {
          index.setNewest(of: service, image: entry, record: record)
        }
      }
    }
    switch loss {
    case .missing: done(.indexMissing, "index.json", nil)
    case .malformed(_, let aside): done(.indexMalformed, "index.json", aside)
    case nil:
      if findings.contains(where: { $0.kind == .indexStale }) {
        done(.indexStale, "index.json", nil)
      }
    }
  }

  mutating func repairBinaries(_ findings: [Finding], _ ledger: LedgerSurvey) throws {
    let isUnfinished = findings.contains { $0.kind == .appendUnfinished }
    for (service, digest) in ledger.newestLocal.sorted(by: { $0.key < $1.key }) {
      let finding = findings.first { $0.subject == "deploy/\(service)" }
      guard finding != nil || isUnfinished else { continue }
      // Objects that are elsewhere or damaged are findings of their own.
      guard let record = try? DeployRecord(digest, in: store.blobs),
        let image = try? record.image(in: store.blobs)
      else { continue }
      let wanted = (try? record.config(in: store.blobs))?.binary
      if finding == nil, let wanted,
        (try? store.digest(ofFile: store.layout.binary(of: service))) == wanted
      {
        continue
      }
      do throws(ImageError) {
        let aside = try image.writeBinary(for: service, in: store)
        done(finding?.kind ?? .binaryMissing, "deploy/\(service)", aside)
      } catch {
        guard case .store(let cause) = error, !cause.isOfTheObject else { continue }
        throw error
      }
    }
  }

  mutating func repairSmallFiles(_ findings: [Finding]) throws {
    let maker = StoreMaker(fileSystem: store.fileSystem)
    for finding in findings {
      switch finding.kind {
      case .gitignoreMissing:
        try maker.makeGitIgnore(of: store.layout)
        done(finding.kind, finding.subject, nil)
      case .originMissing, .originMalformed:
        let known: String?
        // A name that cannot be told is not made up: what was signed has one.
        do throws(LedgerError) { known = try StoreOrigin(store).signed() } catch {
          switch error {
          case .badOrigin, .refused: continue
          default: throw error
          }
        }
        var aside: String?
        if finding.kind == .originMalformed {
          aside = try store.setAside(store.layout.origin, as: "origin")
        }
        if let known {
          try storing(store.files.create(store.layout.origin, with: Array("\(known)\n".utf8)))
        } else {
          let service = (try? LedgerSurvey(lines: store))?.newestToPublish.last?.service
          try maker.makeOrigin(of: store.layout, slug: service ?? "store")
        }
        done(finding.kind, finding.subject, aside)
      default: break
      }
    }
  }

  mutating func repairMarker(_ findings: [Finding]) throws {
    for finding in findings {
      var aside: String?
      if finding.kind == .layoutMalformed {
        aside = try store.setAside(store.layout.ociLayout, as: "oci-layout")
      }
      try StoreMaker(fileSystem: store.fileSystem).makeMarker(of: store.layout)
      done(finding.kind, finding.subject, aside)
    }
  }
}

extension ContentStore {
  func setPermissions(_ path: String, to permissions: UInt16) throws(StoreError) {
    do { try fileSystem.setPermissions(path, to: permissions) } catch {
      throw StoreError(error, call: "chmod", path: path)
    }
  }

  /// Keeps the content of a small file in `quarantine/`, where it stays as it is.
  func keepCopy(of path: String, as name: String) throws(StoreError) {
    guard let bytes = try storing(fileSystem.contents(of: path, limit: 128 << 20)) else { return }
    try storing(fileSystem.ensureDirectory(layout.quarantine))
    let end = Digest.sha256(of: bytes).hex.prefix(12)
    try storing(files.replace("\(layout.quarantine)/\(name)-\(end)", with: bytes))
  }
}
