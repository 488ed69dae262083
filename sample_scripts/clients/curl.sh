#!/bin/sh
# What a server does, in lines of curl. The key is read from the environment, so that it stands in
# no history and in no list of processes:
#
#   TTS_STUDIO_API_KEY=… sh curl.sh http://192.168.0.10:7860
set -eu
server=$1

ask() { # curl with the key
    printf 'header = "Authorization: Bearer %s"\n' "${TTS_STUDIO_API_KEY:-}" |
        curl --config - --silent --show-error --fail-with-body --retry 10 "$@"
}

# Is it there, and what can it do?
ask "$server/health"
echo

# Its voices, its own and the registered ones.
ask "$server/v1/audio/voices"
echo

# A finished sentence: its end whole, with 0.2 s of silence.
ask "$server/tts/clone" --json '{"text": "안녕하세요."}' --output finished.wav

# OpenAI's speech API: mp3, opus, flac, wav or pcm.
ask "$server/v1/audio/speech" --json '{"input": "안녕하세요.", "language": "Korean", "seed": 7, "response_format": "mp3"}' --output speech.mp3

# Heard while it is made: raw 16-bit samples at 24 kHz, of which each piece comes at once. With
# `| ffplay -nodisp -f s16le -ar 24000 -i -` in place of --output it is played.
ask --no-buffer "$server/v1/audio/speech" --json '{"input": "안녕하세요.", "response_format": "pcm", "stream_format": "audio"}' --output streamed.pcm

# A voice of your own, from a clip whose speaker agrees (a server that clones voices):
#   ask "$server/v1/audio/voices" -F audio_sample=@me.wav -F ref_text="What I say in it." -F name=me -F consent=true
