@"%~dp0node.exe" "%~dp0berth.mjs" %*
