/// A file of an archive.
package struct TarEntry: Hashable, Sendable {
    package enum Kind: UInt8, Hashable, Sendable {
        case file = 0x30
        case directory = 0x35
    }

    /// Relative, with slashes.
    package var path: String
    package var kind: Kind
    package var byteCount: Int
    /// Permission bits.
    package var mode: UInt32
    /// Seconds since 1970.
    package var modificationTime: Int

    package init(path: String, kind: Kind = .file, byteCount: Int, mode: UInt32, modificationTime: Int = 0) {
        self.path = path
        self.kind = kind
        self.byteCount = byteCount
        self.mode = mode
        self.modificationTime = modificationTime
    }
}

/// Writes the ustar format, and pax records for what has no room in it (POSIX.1-2017, pax, "ustar Interchange Format").
///
/// All files belong to root: the archive is unpacked by the Engine.
package enum TarWriter {
    package static let blockByteCount = 512
    /// The end of an archive: two empty blocks.
    package static let end = [UInt8](repeating: 0, count: 2 * blockByteCount)

    /// The most that eleven octal digits can say.
    private static let ustarByteCountLimit = 1 << 33 - 1
    private static let ustarNameLimit = 100

    /// What stands in front of an entry's bytes.
    package static func header(of entry: TarEntry) -> [UInt8] {
        var records: [UInt8] = []
        let isPlain = entry.path.utf8.count <= ustarNameLimit && entry.path.utf8.allSatisfy { 0x20..<0x7F ~= $0 }
        if !isPlain { records += record("path", entry.path) }
        if entry.byteCount > ustarByteCountLimit { records += record("size", String(entry.byteCount)) }
        var header: [UInt8] = []
        if !records.isEmpty {
            let extended = TarEntry(path: "PaxHeaders/entry", byteCount: records.count, mode: 0o644)
            header += block(extended, name: extended.path, type: UInt8(ascii: "x"))
            header += records + padding(behind: records.count)
        }
        let shown = String(
            decoding: entry.path.utf8.prefix(ustarNameLimit).map { $0 < 0x7F ? $0 : 0x5F },
            as: UTF8.self
        )
        return header + block(entry, name: shown, type: entry.kind.rawValue)
    }

    /// What fills the last block behind an entry's bytes.
    package static func padding(behind byteCount: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: (blockByteCount - byteCount % blockByteCount) % blockByteCount)
    }

    /// `LENGTH NAME=VALUE\n`, where the length counts its own digits.
    private static func record(_ name: String, _ value: String) -> [UInt8] {
        let content = " \(name)=\(value)\n"
        var count = content.utf8.count
        while String(count).utf8.count + content.utf8.count != count {
            count = String(count).utf8.count + content.utf8.count
        }
        return Array("\(count)\(content)".utf8)
    }

    private static func block(_ entry: TarEntry, name: String, type: UInt8) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: blockByteCount)
        func write(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { block[offset + index] = byte }
        }
        write(name, at: 0)
        write(octal(Int(entry.mode & 0o7777), digits: 7), at: 100)
        write(octal(0, digits: 7), at: 108)
        write(octal(0, digits: 7), at: 116)
        write(octal(min(entry.byteCount, ustarByteCountLimit), digits: 11), at: 124)
        write(octal(max(0, entry.modificationTime), digits: 11), at: 136)
        // The checksum is made with blanks in its own place.
        write("        ", at: 148)
        block[156] = type
        write("ustar\0", at: 257)
        write("00", at: 263)
        write("root", at: 265)
        write("root", at: 297)
        let sum = block.reduce(0) { $0 + Int($1) }
        write(octal(sum, digits: 6) + "\0 ", at: 148)
        return block
    }

    private static func octal(_ value: Int, digits: Int) -> String {
        let text = String(value, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
