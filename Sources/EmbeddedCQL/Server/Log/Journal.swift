import CQLWire
import PosixIO
import WireKit

/// The file that a node's acknowledged writes are in.
///
/// It is a sequence of CQL request frames: a STARTUP that says what the file is, then records (see `WriteRecord`). A
/// frame is written before its request is answered, so it survives the end of the process, though not of the machine. A
/// frame that was cut off is dropped at the next start: nobody was told that its request succeeded.
final class Journal {
    private static let version = "1"
    private static let chunkByteCount = 4 << 20

    let path: String
    /// The node's id, the same in every run.
    let hostID: CQLUUID
    private let file: AppendFile

    private init(path: String, hostID: CQLUUID, file: AppendFile) {
        self.path = path
        self.hostID = hostID
        self.file = file
    }

    /// Opens the journal, or begins a new one.
    ///
    /// - Throws: `JournalError` when the file cannot be used or is none of these.
    static func open(path: String) throws(JournalError) -> Journal {
        do throws(SyscallError) {
            let file = try AppendFile(path: path)
            var reader = try FileReader(path: path)
            let start = try reader.read(upTo: 4096)
            if let hostID = hostID(in: start) { return Journal(path: path, hostID: hostID, file: file) }
            // A first frame that was cut off is no more than the beginning of what would be written now.
            let fresh = Journal(path: path, hostID: .random(), file: file)
            guard start.count < fresh.firstFrame.count, fresh.firstFrame.prefix(9).starts(with: start.prefix(9)) else {
                throw SyscallError(errno: 0, call: "")
            }
            try file.truncate(to: 0)
            try file.append(fresh.firstFrame)
            return fresh
        } catch {
            throw JournalError(path: path, cause: error.errno == 0 ? nil : error)
        }
    }

    private var firstFrame: [UInt8] {
        let options: StringMap = ["PGSCYLLA_JOURNAL": Self.version, "HOST_ID": hostID.description]
        var writer = ByteWriter()
        let frame = RequestFrame(stream: StreamID(rawValue: 0), request: .startup(StartupRequest(options: options)))
        // Two short strings are within every limit of the protocol.
        try? frame.encode(into: &writer)
        return writer.bytes
    }

    private static func hostID(in start: [UInt8]) -> CQLUUID? {
        var decoder = FrameDecoder(expecting: .request)
        decoder.append(start)
        guard case .frame(let frame) = decoder.next(),
            case .startup(let startup)? = (try? RequestFrame.decode(frame))?.request,
            startup.options["PGSCYLLA_JOURNAL"] == version
        else { return nil }
        return startup.options["HOST_ID"].flatMap { CQLUUID($0) }
    }

    /// Gives every whole record to `body` and cuts off what follows them.
    ///
    /// - Throws: `JournalError` when the file cannot be read.
    func replay(_ body: (_ bytes: [UInt8], _ frame: Range<Int>) -> Void) throws(JournalError) {
        do throws(SyscallError) {
            var reader = try FileReader(path: path)
            var bytes: [UInt8] = []
            var wholeByteCount = 0
            while true {
                let chunk = try reader.read(upTo: Self.chunkByteCount)
                guard !chunk.isEmpty else { break }
                bytes += chunk
                var position = 0
                while let frame = Self.frame(in: bytes, at: position) {
                    if bytes[frame.lowerBound + 4] != Opcode.Request.startup.rawValue { body(bytes, frame) }
                    position = frame.upperBound
                }
                wholeByteCount += position
                bytes.removeFirst(position)
            }
            if !bytes.isEmpty { try file.truncate(to: wholeByteCount) }
        } catch {
            throw JournalError(path: path, cause: error)
        }
    }

    private static func frame(in bytes: [UInt8], at start: Int) -> Range<Int>? {
        let body = start + FrameHeader.byteCount
        guard body <= bytes.count, bytes[start] == ProtocolVersion.v4.rawValue,
            let length = bytes.bigEndianInt32(at: start + 5, before: body), length >= 0,
            body + Int(length) <= bytes.count
        else { return nil }
        return start..<body + Int(length)
    }

    /// Appends frames.
    ///
    /// - Throws: `JournalError` when they could not be written.
    func append(_ frames: [UInt8]) throws(JournalError) {
        do throws(SyscallError) {
            try file.append(frames)
        } catch {
            throw JournalError(path: path, cause: error)
        }
    }
}

/// Why a journal cannot be used.
package struct JournalError: Error, CustomStringConvertible {
    let path: String
    /// Nil: the file is something else.
    let cause: SyscallError?

    package var description: String {
        guard let cause else { return "\(path) is not a journal of this node; name another file" }
        return "the journal \(path) cannot be used: \(cause)"
    }
}
