import ContentStore
import Contracts
import Digests
import Ledger
import OCIImage

extension Inspection {
  /// Follows every root through all that it names, and what is attached to what they lead to.
  mutating func walk() throws {
    map.rows = ledger?.rows ?? LedgerRows()
    // The walk has the map as long as it lasts: there is one.
    var walker = ClosureWalk(store.blobs, map)
    map = ObjectMap()
    try walkEntries(&walker)
    for (service, digests) in try pending() {
      for digest in digests {
        walker.map.add(root: .pending(service: service), digest)
        try walker.follow(unknown: digest)
      }
    }
    let (contracts, told) = try walkRecords(&walker)
    try walkAttachments(&walker)
    let findings = walker.findings
    map = walker.map
    for var finding in findings {
      if let digest = Digest(finding.subject) { finding.affects = map.affected(by: digest) }
      note(finding)
    }
    checkContracts(contracts)
    if !told.isEmpty { checkClaims(told) }
  }

  private mutating func walkEntries(_ walker: inout ClosureWalk) throws {
    for (number, entry) in (index?.entries ?? []).enumerated() {
      if let descriptor = entry.descriptor {
        let service = descriptor.annotations[Annotation.service]
        walker.map.add(root: .entry(service: service), descriptor.digest)
        try walker.follow(
          ObjectReference(role: .manifest, descriptor: descriptor), mayBeAbsent: false)
      } else if let target = entry.target {
        walker.map.add(root: .entry(service: nil), target.digest)
        try walker.follow(unknown: target.digest)
      } else {
        note(.unknownEntry(number))
      }
    }
  }

  /// - Returns: by the number of the record, the number of its contract and 1, or 0 where it has none;
  ///   and what each says of itself, where a row says it, too.
  private func walkRecords(
    _ walker: inout ClosureWalk
  ) throws -> (contracts: [UInt32], told: [LedgerRows.Claim]) {
    // Those whose objects may be elsewhere come last: what another way leads to must be here.
    let rows = walker.map.rows
    let named = rows.records
    var contracts = [UInt32](repeating: 0, count: named.count)
    var told = [LedgerRows.Claim](
      repeating: LedgerRows.Claim(), count: rows.hasClaims ? named.count : 0)
    let records = (0..<named.count).sorted { named[$0] < named[$1] }
    for isAbsent in [false, true] {
      let part = records.filter { shallow.contains(named[$0]) == isAbsent }
      for start in stride(from: 0, to: part.count, by: ManifestsAhead.chunk) {
        let chunk = part[start..<min(start + ManifestsAhead.chunk, part.count)]
        walker.readAhead(chunk.map { named[$0] })
        for number in chunk {
          let record = try walker.follow(record: named[number], mayBeAbsent: isAbsent)
          guard let record else { continue }
          contracts[number] = UInt32(walker.map.number(of: record.contract.digest) + 1)
          if !told.isEmpty { told[number] = claim(of: record, by: rows) }
        }
      }
      for named in others { try walk(named, areAbsent: isAbsent, &walker) }
    }
    return (contracts, told)
  }

  /// The records of another writer's rows, by which nothing of ours is affected.
  private func walk(
    _ records: DigestPool, areAbsent: Bool, _ walker: inout ClosureWalk
  ) throws {
    for number in 0..<records.count where shallow.contains(records[number]) == areAbsent {
      _ = try walker.follow(record: records[number], mayBeAbsent: areAbsent)
    }
  }

  private func walkAttachments(_ walker: inout ClosureWalk) throws {
    var attachments = try Attachments(
      among: Self.unreached(walker), in: store.blobs, isSound: true)
    while let next = attachments.next(to: { walker.isReached($0) }) {
      for digest in next { try walker.follow(unknown: digest) }
    }
  }

  // Before the walk goes on: what is looked at would be copied.
  private static func unreached(_ walker: ClosureWalk) -> [Blob] {
    let audit = walker.map.audit
    return (0..<audit.count).compactMap { number in
      guard audit.isSound(number), !walker.isReached(number), let entry = audit[number],
        entry.beginsLikeDocument
      else { return nil }
      return Blob(digest: entry.digest, size: entry.size)
    }
  }

  private mutating func pending() throws -> [(String, [Digest])] {
    do {
      return try StoreRoots.pending(store).sorted { $0.key < $1.key }
        .map { ($0.key, $0.value.sorted()) }
    } catch let error as StoreError {
      note(
        Finding(
          .pendingUnreadable, error.path.map(relative) ?? "pending", expected: error.expected,
          found: error.found ?? error.errno.map { "\($0)" }))
      return []
    }
  }

  /// What a row says of the contract is what its record holds.
  private mutating func checkContracts(_ contracts: [UInt32]) {
    for index in map.rows.indices {
      guard let number = map.rows.record(index), contracts[number] > 0 else { continue }
      let contract = map.audit.names[Int(contracts[number]) - 1]
      guard let said = map.rows.contract(index, unless: contract) else { continue }
      let row = map.rows[index]
      var affects = Finding.Affected()
      affects.lines = [row.line]
      affects.services = row.service.map { [$0] } ?? []
      note(
        Finding(
          .contractMismatch, map.rows.records[number].description, expected: "contract \(said)",
          found: "contract \(contract.hex)", affects: affects))
    }
  }

  // A config that cannot be read is a finding of its own, or elsewhere.
  private func claim(of record: DeployRecord, by rows: LedgerRows) -> LedgerRows.Claim {
    let config = try? record.config(in: store.blobs)
    return rows.told(
      image: record.image.digest, binary: config?.binary,
      of: Provenance(sources: record.sources.digest, prover: config?.proverVersion))
  }

  /// What a row says of image, program, sources and prover is what its record says.
  private mutating func checkClaims(_ told: [LedgerRows.Claim]) {
    for index in map.rows.indices {
      let said = map.rows.claim(index)
      guard let number = map.rows.record(index), said != told[number] else { continue }
      let record = told[number]
      for (word, own, its) in [
        ("image", said.image, record.image), ("sources", said.sources, record.sources),
        ("binary", said.binary, record.binary),
      ] where own > 0 && its > 0 && own != its {
        note(mismatch(index, "\(word) \(map.rows.digest(own))", word, number))
      }
      if said.prover > 0, record.prover > 0, said.prover != record.prover {
        note(mismatch(index, "prover \(map.rows.prover(said.prover))", "prover", number))
      }
    }
  }

  private func mismatch(
    _ index: Int, _ expected: String, _ word: String, _ number: Int
  ) -> Finding {
    let (row, digest) = (map.rows[index], map.rows.records[number])
    var affects = Finding.Affected()
    affects.lines = [row.line]
    affects.services = row.service.map { [$0] } ?? []
    // Rarely needed, so that it is read again rather than kept.
    let record = try? DeployRecord(digest, in: store.blobs)
    let config = try? record?.config(in: store.blobs)
    let found: String? =
      switch word {
      case "image": record?.image.digest.description
      case "sources": record?.sources.digest.description
      case "binary": config?.binary?.description
      default: config?.proverVersion
      }
    return Finding(
      .rowMismatch, digest.description, expected: expected,
      found: "\(word) \(found ?? "that cannot be read any more")", affects: affects)
  }

  /// What `index.json` names as newest is what the ledger has as newest.
  mutating func checkIndex() throws {
    guard let index, let ledger = reliableLedger else { return }
    let wanted = Index(newest: ledger.newestToPublish, in: store.blobs)
    for entry in wanted.manifests {
      guard let service = entry.annotations[Annotation.service] else { continue }
      let isImage = entry.annotations[Annotation.refName] != nil
      let found = isImage ? index.image(of: service) : index.record(of: service)
      guard found?.digest != entry.digest else { continue }
      var affects = Finding.Affected()
      affects.services = [service]
      note(
        Finding(
          .indexStale, "index.json",
          expected: "\(isImage ? "image" : "record") \(entry.digest) of \(service)",
          found: found.map { "\($0.digest)" } ?? "no entry", affects: affects))
    }
  }
}
