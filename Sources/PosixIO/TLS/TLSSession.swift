import COpenSSL
import WireKit

/// One TLS connection between memory BIOs: OpenSSL never sees the socket, so that reads and writes stay in 64 kB steps
/// and never block.
final class TLSSession {
    private static let chunk = 64 * 1024

    private let session: OpaquePointer
    /// What OpenSSL reads: ciphertext from the peer.
    ///
    /// Owned by `session`.
    private let incoming: OpaquePointer
    /// What OpenSSL writes: ciphertext for the peer.
    ///
    /// Owned by `session`.
    private let outgoing: OpaquePointer
    private var ciphertextIn = RawBuffer(capacity: chunk)
    private var ciphertextOut = RawBuffer(capacity: chunk)
    /// Keeps the certificates alive as long as the session.
    private let context: TLSContext
    /// Where the verification notes what it does not accept.
    private let verification = CertificateRefusal.Record()
    private let clientCertificate = ClientCertificateUse.Record()

    private init(context: TLSContext, peer: String) throws(TransportError) {
        guard let session = SSL_new(context.pointer) else {
            throw .tls(reason: openSSLError()?.text ?? "out of memory", peer: peer)
        }
        guard let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem()) else {
            SSL_free(session)
            throw .tls(reason: "out of memory", peer: peer)
        }
        SSL_set_bio(session, incoming, outgoing)
        self.session = session
        self.incoming = incoming
        self.outgoing = outgoing
        self.context = context
        // The record lives as long as the session that it is lent to.
        SSL_set_ex_data(session, CertificateRefusal.recordIndex, Unmanaged.passUnretained(verification).toOpaque())
    }

    deinit { SSL_free(session) }

    /// The side that answers a client's handshake, which takes place inside the first `receive`.
    ///
    /// - Throws: `SyscallError` (ENOMEM) when OpenSSL has no memory for it.
    convenience init(server context: TLSContext) throws(SyscallError) {
        do throws(TransportError) {
            try self.init(context: context, peer: "client")
        } catch {
            throw SyscallError(errno: 12, call: "SSL_new")
        }
        SSL_set_accept_state(session)
    }

    /// The side that begins a handshake.
    ///
    /// - Throws: `TransportError.tls` when the configuration cannot be applied.
    convenience init(
        client configuration: TLSClientConfiguration,
        serverName: String,
        peer: String
    ) throws(TransportError) {
        try self.init(context: try TLSContext(client: configuration), peer: peer)
        SSL_set_connect_state(session)
        clientCertificate.observe(session)
        // RFC 6066, section 3: literal addresses are not permitted in the server name extension.
        if configuration.sendsServerName, !serverName.isEmpty, CertificateNames.address(serverName) == nil {
            _ = pgscylla_SSL_set_tlsext_host_name(session, serverName)
        }
    }

    /// What the session was settled on.
    var details: TLSSessionDetails { TLSSessionDetails(session, clientCertificate.use) }

    /// Checks that the server's certificate names `host`.
    ///
    /// - Throws: `TransportError.tls` with the names that it has.
    func verifyName(_ host: String, peer: String) throws(TransportError) {
        guard let certificate = SSL_get1_peer_certificate(session) else {
            throw .tls(reason: "the server has no certificate", peer: peer)
        }
        defer { X509_free(certificate) }
        let names = CertificateNames(certificate)
        guard names.contain(host) else {
            throw .tls(reason: "the server's certificate is not for \"\(host)\" but names \(names.list)", peer: peer)
        }
    }

    /// Input that poll(2) cannot see: undelivered plaintext or undecrypted ciphertext in memory.
    var hasBufferedInput: Bool { SSL_has_pending(session) == 1 || BIO_ctrl_pending(incoming) > 0 }

    // MARK: Handshake

    /// Shakes hands over `stream`.
    ///
    /// - Throws: `TransportError`: tls with the reason of OpenSSL or of the certificate check, timed out, cancelled.
    nonisolated(nonsending)
        func shakeHands(over stream: ByteStream, until deadline: ContinuousClock.Instant?) async throws(TransportError)
    {
        while true {
            ERR_clear_error()
            let status = SSL_do_handshake(session)
            let code = SSL_get_error(session, status)
            while !(try flushCiphertext(to: stream)) { try await stream.writable(until: deadline) }
            if status == 1 { return }
            guard code == SSL_ERROR_WANT_READ else { throw failure(stream) }
            while true {
                let received = try receiveCiphertext(from: stream)
                if received == .endOfStream { throw .tls(reason: "closed during the handshake", peer: stream.peer) }
                if received != .wouldBlock { break }
                try await stream.readable(until: deadline)
            }
        }
    }

    // MARK: Data

    /// Decrypts into `buffer` what is there.
    ///
    /// - Throws: `TransportError` when the session or the connection has failed.
    func receive(into buffer: inout RawBuffer, from stream: ByteStream) throws(TransportError) -> Received {
        var total = 0
        while buffer.writableByteCount > 0 {
            ERR_clear_error()
            let count = SSL_read(session, buffer.writePointer, Int32(clamping: buffer.writableByteCount))
            if count > 0 {
                buffer.writeIndex += Int(count)
                total += Int(count)
                continue
            }
            let code = SSL_get_error(session, count)
            // Handshake answers and key updates; what the kernel does not take now leaves with the next call. A peer
            // that takes nothing any more may still have said why: in TLS 1.3 a client certificate is refused so late.
            _ = try? flushCiphertext(to: stream)
            if code == SSL_ERROR_ZERO_RETURN { return total > 0 ? .bytes(total) : .endOfStream }
            guard code == SSL_ERROR_WANT_READ || code == SSL_ERROR_WANT_WRITE else { throw failure(stream) }
            if total > 0 { return .bytes(total) }
            let received = try receiveCiphertext(from: stream)
            guard case .bytes = received else { return received }
        }
        return .bytes(total)
    }

    /// Encrypts and sends what the kernel takes.
    ///
    /// - Returns: true when nothing is left here or in `buffer`.
    /// - Throws: `TransportError` when the session or the connection has failed.
    func send(from buffer: inout RawBuffer, to stream: ByteStream) throws(TransportError) -> Bool {
        while true {
            guard try flushCiphertext(to: stream) else { return false }
            if buffer.isEmpty { return true }
            ERR_clear_error()
            let count = SSL_write(
                session,
                buffer.readPointer,
                Int32(clamping: min(buffer.readableByteCount, Self.chunk))
            )
            if count > 0 {
                buffer.consume(Int(count))
                continue
            }
            let code = SSL_get_error(session, count)
            guard code == SSL_ERROR_WANT_READ || code == SSL_ERROR_WANT_WRITE else { throw failure(stream) }
            return false
        }
    }

    // MARK: Ciphertext

    private func receiveCiphertext(from stream: ByteStream) throws(TransportError) -> Received {
        ciphertextIn.removeAll()
        let memory = UnsafeMutableRawBufferPointer(start: ciphertextIn.writePointer, count: ciphertextIn.capacity)
        return try stream.receive(memory) { count in
            // A memory BIO takes everything (BIO_s_mem(3)).
            _ = BIO_write(incoming, memory.baseAddress, Int32(clamping: count))
        }
    }

    /// Moves what OpenSSL has written to the socket; false when the kernel is full.
    private func flushCiphertext(to stream: ByteStream) throws(TransportError) -> Bool {
        while true {
            let pending = BIO_ctrl_pending(outgoing)
            if pending > 0 {
                ciphertextOut.reserve(pending)
                let count = BIO_read(outgoing, ciphertextOut.writePointer, Int32(clamping: pending))
                if count > 0 { ciphertextOut.writeIndex += Int(count) }
            }
            if ciphertextOut.isEmpty { return true }
            guard try stream.sendPlain(from: &ciphertextOut) else { return false }
        }
    }

    private func failure(_ stream: ByteStream) -> TransportError {
        let error = openSSLError()
        if let refusal = verification.refusal { return .tls(reason: "\(refusal)", peer: stream.peer) }
        let reason = error.map { tlsSentence(reason: $0.reason, text: $0.text) }
        return .tls(reason: reason ?? "the peer ended the session", peer: stream.peer)
    }
}

extension ByteStream {
    /// What the TLS session was settled on; nil when there is none.
    package var tlsDetails: TLSSessionDetails? { tls?.details }

    /// Begins TLS as the client; from then on everything sent and received is encrypted.
    ///
    /// Nothing may have been received beyond the peer's consent: what a peer sends before the handshake in plaintext
    /// must not be taken for authenticated.
    ///
    /// - Parameters:
    ///   - configuration: which certificates are accepted.
    ///   - serverName: the host name or literal address that the certificate must name.
    ///   - timeout: for the whole handshake.
    /// - Throws: `TransportError`: tls with the reason, timed out, cancelled.
    nonisolated(nonsending)
        package func startTLSClient(
            _ configuration: TLSClientConfiguration,
            serverName: String,
            timeout: Duration
        ) async throws(TransportError)
    {
        let session = try TLSSession(client: configuration, serverName: serverName, peer: peer)
        do throws(TransportError) {
            try await session.shakeHands(over: self, until: ContinuousClock.now + timeout)
        } catch .timedOut {
            throw .timedOut(operation: "the TLS handshake", peer: peer)
        }
        if case .full = configuration.verification { try session.verifyName(serverName, peer: peer) }
        tls = session
        registration.hasBufferedInput = session.hasBufferedInput
    }
}
