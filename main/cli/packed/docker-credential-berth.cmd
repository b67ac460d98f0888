@"%~dp0node.exe" "%~dp0docker-credential-berth.mjs" %*
