/// How the server has made sure who we are.
package struct CompletedAuthentication: Equatable, Sendable {
    /// `none` also where a client certificate was enough.
    package internal(set) var method = AuthenticationMethod.none
    /// Whether the authentication holds for this TLS session only.
    package internal(set) var isChannelBound = false
}

/// Authentication, one function per request.
extension StartupStateMachine {
    mutating func authenticationReceived(_ request: Authentication) -> Action {
        switch request {
        case .ok:
            return authenticationCompleted()
        case .cleartextPassword:
            return sendPassword(.password) { PasswordMessage(password: $0) }
        case .md5Password(let salt):
            let (user, md5) = (configuration.user, configuration.hashes.md5)
            return sendPassword(.md5) {
                MD5Authentication.response(user: user, password: $0, salt: salt, md5: md5)
            }
        case .sasl(let mechanisms):
            return startSASL(mechanisms)
        case .kerberosV5: return fail(.unsupportedAuthentication(method: "Kerberos V5"))
        case .scmCredential: return fail(.unsupportedAuthentication(method: "SCM credentials"))
        case .gss, .gssContinue: return fail(.unsupportedAuthentication(method: "GSSAPI"))
        case .sspi: return fail(.unsupportedAuthentication(method: "SSPI"))
        case .unknown(let code, _): return fail(.unknownAuthentication(code: code))
        case .saslContinue, .saslFinal:
            return fail(.protocolViolation(.unexpected(.authentication, phase: "authentication")))
        }
    }

    /// The server lets us in: only now is it known whether it asked for everything that it had to.
    mutating func authenticationCompleted() -> Action {
        let requirements = configuration.authentication
        if requirements.requiresClientCertificate {
            switch clientCertificate {
            case .notRequested: return fail(.requirement(.clientCertificateNotRequested))
            case .missing: return fail(.requirement(.clientCertificateNotSent))
            case .sent: break
            }
        }
        if requirements.channelBinding == .require, !authentication.isChannelBound {
            return fail(.requirement(.channelBindingNotUsed(method: authentication.method)))
        }
        if let methods = requirements.methods, !methods.contains(authentication.method) {
            return fail(.requirement(.methodNotAllowed(authentication.method, allowed: methods)))
        }
        state = .awaitingReady
        return .read
    }

    private mutating func sendPassword(
        _ method: AuthenticationMethod,
        _ response: (String) -> PasswordMessage
    ) -> Action {
        if let refusal = refusal(of: method) { return fail(.requirement(refusal)) }
        if configuration.authentication.channelBinding == .require {
            return fail(.requirement(.channelBindingNotUsed(method: method)))
        }
        guard let password = configuration.password, !password.isEmpty else {
            return fail(.passwordRequired(method: method.rawValue))
        }
        authentication.method = method
        state = .awaitingOK
        return .send(.password(response(password)))
    }

    private func refusal(of method: AuthenticationMethod) -> AuthenticationRequirementError? {
        guard let methods = configuration.authentication.methods, !methods.contains(method) else { return nil }
        return .methodNotAllowed(method, allowed: methods)
    }

    private mutating func startSASL(_ mechanisms: [String]) -> Action {
        let knowsMechanism = mechanisms.contains { $0 == SCRAMClient.mechanism || $0 == SCRAMClient.boundMechanism }
        guard knowsMechanism else {
            let isOAuth = mechanisms.contains("OAUTHBEARER")
            let names = mechanisms.joined(separator: ", ")
            return fail(.unsupportedAuthentication(method: isOAuth ? "OAuth (SASL \(names))" : "SASL \(names)"))
        }
        if let refusal = refusal(of: .scramSHA256) { return fail(.requirement(refusal)) }
        do throws(AuthenticationRequirementError) {
            let binding = try channelBinding(isOffered: mechanisms.contains(SCRAMClient.boundMechanism))
            return startSCRAM(binding, mechanisms)
        } catch {
            return fail(.requirement(error))
        }
    }

    /// Whether to bind, by what we want, what the server offers and what the channel allows.
    private func channelBinding(
        isOffered: Bool
    ) throws(AuthenticationRequirementError) -> SCRAMClient.ChannelBinding {
        let wanted = configuration.authentication.channelBinding
        guard case .encrypted(let serverEndPoint) = channel else {
            // A server offers it over TLS only: TLS ends at someone in between.
            if isOffered { throw .channelBindingOfferedWithoutTLS }
            if wanted == .require { throw .channelBindingNeedsTLS }
            return .unsupported
        }
        switch wanted {
        case .disable:
            return .unsupported
        case .prefer, .require:
            guard isOffered else {
                if wanted == .require { throw .channelBindingNotOffered }
                return serverEndPoint == nil ? .unsupported : .notOffered
            }
            if let serverEndPoint { return .serverEndPoint(serverEndPoint) }
            if wanted == .require { throw .channelBindingUndefined }
            return .unsupported
        }
    }

    private mutating func startSCRAM(_ binding: SCRAMClient.ChannelBinding, _ mechanisms: [String]) -> Action {
        var mechanism = SCRAMClient.mechanism
        if case .serverEndPoint = binding { mechanism = SCRAMClient.boundMechanism }
        guard mechanisms.contains(mechanism) else {
            return fail(.unsupportedAuthentication(method: "SASL " + mechanisms.joined(separator: ", ")))
        }
        guard let password = configuration.password, !password.isEmpty else {
            return fail(.passwordRequired(method: mechanism))
        }
        let client = SCRAMClient(
            password: password,
            nonce: configuration.nonce,
            channelBinding: binding,
            hashes: configuration.hashes
        )
        state = .awaitingSASLContinue(client)
        return .send(.saslInitialResponse(SASLInitialResponse(mechanism: mechanism, data: client.clientFirst[...])))
    }

    mutating func serverFirstReceived(_ data: [UInt8], _ client: SCRAMClient) -> Action {
        var client = client
        do throws(SCRAMError) {
            let final = try client.serverFirstReceived(data)
            state = .awaitingSASLFinal(client)
            return .send(.saslResponse(SASLResponse(data: final[...])))
        } catch {
            return fail(.scram(error))
        }
    }

    mutating func serverFinalReceived(_ data: [UInt8], _ client: SCRAMClient) -> Action {
        var client = client
        do throws(SCRAMError) {
            try client.serverFinalReceived(data)
            authentication.method = .scramSHA256
            authentication.isChannelBound = client.isChannelBound
            state = .awaitingOK
            return .read
        } catch {
            return fail(.scram(error))
        }
    }
}
